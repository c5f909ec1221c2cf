namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>One round of a storm of workers; the seed and the round's number decide everything that chance does not.</summary>
internal sealed record LeasePlan(int Seed, int Round, int Kills)
{
    private const int SeveralProducers = 3, WorkersInGroup = 3;

    private static readonly int[] s_capacities = [2, 4, 16, 64, 1024];

    /// <summary>Rounds after which queues and groups, with one and many producers, have had their turn.</summary>
    public const int KindsInAll = 4;

    public bool IsBroadcast => Round % 2 != 0;

    public string Producers => Round / 2 % 2 == 0 ? nameof(ManyProducers) : nameof(OneProducer);

    public string Consumers => IsBroadcast ? nameof(Subscribers) : nameof(Workers);

    public int ProducerSeats => Producers is nameof(OneProducer) ? 1 : SeveralProducers;

    /// <summary>The groups that get every message; a queue with acknowledged delivery has one, without a name.</summary>
    public IReadOnlyList<string> Groups => IsBroadcast ? ["billing", "audit"] : ["all"];

    public int SeatsInGroup => IsBroadcast ? WorkersInGroup - 1 : WorkersInGroup + 1;

    /// <summary>Where there are only groups, nothing can be displaced: a producer that wants to waits.</summary>
    public bool Shifts => IsBroadcast && Producers is nameof(ManyProducers);

    /// <summary>Another one each time a kind comes round.</summary>
    public Weather Weather => (Weather)((Round + (Round / KindsInAll) + 1) % 3);

    public int Capacity => s_capacities[NewRandom(0).Next(s_capacities.Length)];

    /// <summary>What decides the course of the round.</summary>
    public Random NewRandom() => NewRandom(1);

    public override string ToString() =>
        $"seed {Seed}, round {Round}: {Producers}, {Consumers}, {Capacity} slots{(Shifts ? ", displacing" : "")}, killing "
            + $"{(Weather == Weather.Both ? "both sides" : Weather)}";

    private Random NewRandom(int purpose) => new(unchecked((Seed * 1_000_003) + (Round * 7) + purpose));
}
