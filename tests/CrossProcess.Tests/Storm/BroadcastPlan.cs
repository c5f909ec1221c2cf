namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>One round of a broadcast storm; the seed and the round's number decide everything that chance does not.</summary>
internal sealed record BroadcastPlan(int Seed, int Round, int Kills)
{
    private const int Several = 3;

    private static readonly int[] s_capacities = [4, 16, 64, 1024];

    /// <summary>Rounds after which one and many producers, with and without displacing, have had their turn.</summary>
    public const int KindsInAll = 4;

    public string Producers => Round % 2 == 0 ? nameof(ManyProducers) : nameof(OneProducer);

    public int ProducerSeats => Round % 2 == 0 ? Several : 1;

    public bool Shifts => Round / 2 % 2 != 0;

    /// <summary>Another one each time a kind comes round.</summary>
    public Weather Weather => (Weather)((Round + (Round / KindsInAll) + 1) % 3);

    public int Capacity => s_capacities[NewRandom(0).Next(s_capacities.Length)];

    /// <summary>What decides the course of the round.</summary>
    public Random NewRandom() => NewRandom(1);

    public override string ToString() =>
        $"seed {Seed}, round {Round}: {Producers}, {Capacity} slots{(Shifts ? ", displacing" : "")}, killing "
            + $"{(Weather == Weather.Both ? "both sides" : Weather)}";

    private Random NewRandom(int purpose) => new(unchecked((Seed * 1_000_003) + (Round * 7) + purpose));
}
