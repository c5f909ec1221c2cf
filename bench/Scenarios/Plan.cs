using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>Which cells a scenario has.</summary>
internal sealed class Plan(bool peers, bool quick)
{
    private static readonly int[] s_capacities = [64, 256, 1024, 4096, 16384, 65536, 262144, 1048576];
    private static readonly int[] s_someCapacities = [64, 1024, 65536, 1048576];
    private static readonly int[] s_someSizes = [8, 512, 4096];
    private static readonly (int Producers, int Consumers)[] s_shapes = [(1, 1), (2, 2), (4, 4), (1, 8), (8, 1)];

    private static readonly int[] s_subscribers = [1, 2, 4, 8];

    public static readonly string[] Names = ["throughput", "latency", "wake", "idle", "scale", "broadcast", "acknowledged", "kills"];

    /// <summary>A state of the cores that fewer rounds were in is not published.</summary>
    private int Rounds => quick ? 3 : 5;

    private double Seconds => quick ? 0.1 : 0.4;

    private IEnumerable<Contestant> Field => Roster.Ours.Concat(peers ? Roster.Peers.Where(p => p.Missing == null) : []);

    public IReadOnlyList<Cell> Cells(string scenario) => scenario switch
    {
        "throughput" => [.. Throughput()],
        "latency" => [.. Latencies()],
        "wake" => [Wake()],
        "idle" => [Idle()],
        "scale" => [.. Scale()],
        "broadcast" => [.. Broadcast()],
        "acknowledged" => [.. Acknowledged()],
        "kills" => [Kills()],
        _ => [.. Names.SelectMany(Cells)],
    };

    private IEnumerable<Cell> Throughput() =>
        from batch in new[] { 1, 64 }
        from size in new[] { 8, 64 }
        select Stream("throughput", $"{size} B, {(batch == 1 ? "one at a time" : $"batches of {batch}")}") with
        {
            MessageSize = size,
            Batch = batch,
            Contestants = [Roster.ClaimedLines, .. size == 64 ? [Roster.WholeSlots] : Array.Empty<Contestant>(), Roster.LockedSwap,
                .. Field.Where(c => batch == 1 || c.TakesBatches)],
        };

    /// <summary>
    /// As many slots as by default; and few, since a request and its answer need no more, and few lines stay with the cores that use them.
    /// </summary>
    private IEnumerable<Cell> Latencies() =>
    [
        Latency(),
        Latency() with { Title = "round trip of 56 B, 8 slots", Capacity = 8, Contestants = [Roster.BareSlots, .. Roster.Ours] },
    ];

    private Cell Latency() => new()
    {
        Scenario = "latency",
        Title = "round trip of 56 B",
        Activity = Activity.RoundTrip,
        Unit = Unit.Nanoseconds,
        Floor = Roster.BareLine,
        MessageSize = 56,
        Contestants = [Roster.BareSlots, .. Field],
        Rounds = Rounds,
        Seconds = quick ? 0.2 : 1,
    };

    private Cell Wake() => new()
    {
        Scenario = "wake",
        Title = "send to parked consumer awake, 56 B",
        Activity = Activity.Wake,
        Unit = Unit.Nanoseconds,
        Floor = Roster.BareFutex,
        MessageSize = 56,
        Contestants = [.. Field.Where(c => c.Parks), Roster.Awaited],
        Rounds = Rounds,
        Seconds = quick ? 0.25 : 1,
    };

    private Cell Idle() => new()
    {
        Scenario = "idle",
        Title = "processor time of a waiting consumer",
        Activity = Activity.Idle,
        Unit = Unit.ProcessorTime,
        Floor = Roster.BareFutex,
        Contestants = [.. Field.Where(c => c.Parks && c.CanIdle)],
        Rounds = quick ? 1 : Rounds,
        Seconds = quick ? 1 : 8,
    };

    private IEnumerable<Cell> Scale() => Shapes().Concat(Capacities()).Concat(Sizes());

    /// <summary>Taking and acknowledging, beside taking from a queue of many producers and many consumers.</summary>
    private IEnumerable<Cell> Acknowledged() =>
        from batch in new[] { 1, 64 }
        from size in new[] { 8, 64 }
        select Stream("acknowledged", $"acknowledged, {size} B, {(batch == 1 ? "one at a time" : $"batches of {batch}")}") with
        {
            MessageSize = size,
            Batch = batch,
            Contestants = [Roster.ManyToMany, Roster.Acknowledged],
        };

    /// <summary>One producer and one subscriber beside the queue of the same roles; then what more subscribers cost the producer.</summary>
    private IEnumerable<Cell> Broadcast() =>
    [
        .. from batch in new[] { 1, 64 }
           from size in new[] { 8, 64 }
           select Stream("broadcast", $"one subscriber, {size} B, {(batch == 1 ? "one at a time" : $"batches of {batch}")}") with
           {
               MessageSize = size,
               Batch = batch,
               Contestants = [Roster.OneToOne, .. Roster.Casts],
           },
        Latency() with { Scenario = "broadcast", Contestants = [Roster.OneToOne, .. Roster.Casts] },
        .. s_subscribers.Select(Cost),
    ];

    private Cell Cost(int subscribers) => new()
    {
        Scenario = "broadcast",
        Title = $"sent by one producer to {subscribers} {(subscribers == 1 ? "subscriber" : "subscribers")} " +
            $"that {(subscribers == 1 ? "sleeps" : "sleep")} meanwhile, 64 B",
        Activity = Activity.Cast,
        Unit = Unit.PerSecond,
        Consumers = subscribers,
        Contestants = [.. subscribers == 1 ? new[] { Roster.OneToOne } : [], .. Roster.Casts, .. peers ? Roster.CastPeers : []],
        Rounds = Rounds,
        Seconds = Seconds,
    };

    /// <summary>Everybody who takes several producers, each a process of its own.</summary>
    private Cell Kills() => new()
    {
        Scenario = "kills",
        Title = "a producer killed while it sends, another one goes on, 64 B",
        Activity = Activity.Kill,
        Unit = Unit.Nanoseconds,
        Producers = 2,
        Contestants = [.. Field.Where(static c => c is { TakesMany: true, Parks: true, InProcess: false, Standing: Standing.Ours }),
            Roster.Acknowledged,
            .. Field.Where(static c => c is { TakesManyProducers: true, InProcess: false, Standing: Standing.Peer })],
        Rounds = quick ? 5 : 50,
        Seconds = 0.2,
        FirstWarmUp = 0,
        Patience = quick ? 4 : 15,
    };

    private IEnumerable<Cell> Shapes() =>
        from shape in s_shapes
        select Stream("scale", $"{shape.Producers} to {shape.Consumers} processes, 64 B") with
        {
            Producers = shape.Producers,
            Consumers = shape.Consumers,
            Contestants = [.. Field.Where(c => c.Parks && (c.TakesMany || shape == (1, 1)))],
            Rounds = Rounds,
        };

    private IEnumerable<Cell> Capacities() =>
        from capacity in quick ? s_someCapacities : s_capacities
        select Stream("scale", $"capacity {capacity}, 64 B") with
        {
            Capacity = capacity,
            Contestants = [Roster.OneToOne, Roster.ManyToMany],
            Rounds = Rounds,
        };

    private IEnumerable<Cell> Sizes() =>
        from size in quick ? s_someSizes : Message.Sizes
        select Stream("scale", $"message size {size} B") with
        {
            MessageSize = size,
            Contestants = [.. Field.Where(c => c.Parks && c.LargestMessage >= size)],
            Rounds = Rounds,
        };

    private Cell Stream(string scenario, string title) => new()
    {
        Scenario = scenario,
        Title = title,
        Activity = Activity.Stream,
        Unit = Unit.PerSecond,
        Floor = Roster.DirtyLines,
        Contestants = [],
        Rounds = Rounds,
        Seconds = Seconds,
    };
}
