namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// One round of a storm with power failures; the seed and the round's number decide everything that chance does not.
/// </summary>
internal sealed record DurablePlan(int Seed, int Round, int Kills)
{
    private const int SeveralProducers = 3;

    private static readonly int[] s_capacities = [4, 16, 64, 1024];

    /// <summary>Rounds after which one and many producers have had their turn.</summary>
    public const int KindsInAll = 2;

    public string Producers => Round % 2 == 0 ? nameof(ManyProducers) : nameof(OneProducer);

    public int ProducerSeats => Producers is nameof(OneProducer) ? 1 : SeveralProducers;

    public const int WorkerSeats = 3;

    public int Capacity => s_capacities[NewRandom(0).Next(s_capacities.Length)];

    /// <summary>What decides the course of the round.</summary>
    public Random NewRandom() => NewRandom(1);

    public override string ToString() => $"seed {Seed}, round {Round}: {Producers}, {Capacity} slots, on a disk";

    private Random NewRandom(int purpose) => new(unchecked((Seed * 1_000_003) + (Round * 7) + purpose));
}
