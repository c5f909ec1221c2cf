namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>One round of a storm; the seed and the round's number decide everything that chance does not.</summary>
internal sealed record StormPlan(int Seed, int Round, int Kills)
{
    private const int Several = 4;

    private static readonly (string Producers, string Consumers)[] s_roles =
    [
        (nameof(ManyProducers), nameof(ManyConsumers)), (nameof(OneProducer), nameof(OneWaitingConsumer)),
            (nameof(ManyProducers), nameof(OneConsumer)),
        (nameof(OneProducer), nameof(ManyConsumers)), (nameof(ManyProducers), nameof(OneWaitingConsumer)),
            (nameof(OneProducer), nameof(OneConsumer)),
    ];

    private static readonly int[] s_capacities = [2, 4, 16, 64, 1024];

    /// <summary>Rounds after which every combination of roles has had its turn.</summary>
    public static int RolesInAll => s_roles.Length;

    public string Producers => s_roles[Round % s_roles.Length].Producers;

    public string Consumers => s_roles[Round % s_roles.Length].Consumers;

    public int ProducerSeats => Producers is nameof(OneProducer) ? 1 : Several;

    public int ConsumerSeats => Consumers is nameof(ManyConsumers) ? Several : 1;

    /// <summary>Another one each time a combination of roles comes round.</summary>
    public Weather Weather => (Weather)((Round + (Round / s_roles.Length)) % 3);

    public int Capacity => s_capacities[NewRandom(0).Next(s_capacities.Length)];

    public bool Shifts => Consumers is not nameof(OneWaitingConsumer) && NewRandom(1).Next(2) == 0;

    /// <summary>What decides the course of the round.</summary>
    public Random NewRandom() => NewRandom(2);

    public override string ToString() =>
        $"seed {Seed}, round {Round}: {Producers}, {Consumers}, {Capacity} slots{(Shifts ? ", displacing" : "")}, killing "
            + $"{(Weather == Weather.Both ? "both sides" : Weather)}";

    private Random NewRandom(int purpose) => new(unchecked((Seed * 1_000_003) + (Round * 7) + purpose));
}
