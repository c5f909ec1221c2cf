using TypedShmQueue.Bench.Floors;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>Everybody who takes part, in the order of the tables.</summary>
internal static class Roster
{
    public static readonly Contestant BareLine = new BareLineFloor();
    public static readonly Contestant BareSlots = new BareSlotsFloor();
    public static readonly Contestant BareFutex = new BareFutexFloor();
    public static readonly Contestant DirtyLines = new DirtyLinesFloor(DirtyLinesFloor.Work.OneWord);
    public static readonly Contestant ClaimedLines = new DirtyLinesFloor(DirtyLinesFloor.Work.OneWordClaimed);
    public static readonly Contestant WholeSlots = new DirtyLinesFloor(DirtyLinesFloor.Work.WholeSlot);
    public static readonly Contestant LockedSwap = new LockedSwapFloor();

    public static readonly Contestant OneToOne = new QueueContestant<OneProducer, OneWaitingConsumer>("one/one", polling: false);
    public static readonly Contestant ManyToMany = new QueueContestant<ManyProducers, ManyConsumers>("many/many",
        polling: false) { TakesMany = true };

    /// <summary>Taken by pending calls; only where waking is measured, since a message that is there is taken in the same way.</summary>
    public static readonly Contestant Awaited =
        new AwaitedQueueContestant<ManyProducers, ManyConsumers>("many/many, awaited") { TakesMany = true };

    public static readonly IReadOnlyList<Contestant> Ours =
    [
        OneToOne,
        ManyToMany,
        new QueueContestant<OneProducer, OneWaitingConsumer>("one/one, polled", polling: true) { Parks = false },
        new QueueContestant<ManyProducers, ManyConsumers>("many/many, polled", polling: true) { TakesMany = true, Parks = false },
    ];

    public static readonly IReadOnlyList<Contestant> Peers =
    [
        new NativeContestant("C++ ring (polls)", "ring") { Parks = false },
        new NativeContestant("boost message_queue", "boost_mq") { TakesMany = true, TakesBatches = false, CanIdle = false },
        new ChannelContestant { InProcess = true, TakesMany = true, TakesBatches = false },
        new AnonymousPipeContestant(),
        new NamedPipeContestant { TakesMany = true },
        new SocketContestant<UnixSocket>("Unix socket"),
        new SocketContestant<TcpLoopback>("TCP loopback"),
        new GrpcContestant(),
        new PosixQueueContestant { TakesMany = true, TakesBatches = false },
        .. OptionalPeers.All,
    ];

    public static readonly IReadOnlyList<Contestant> Casts =
    [
        new CastContestant<OneProducer, UntilTaken>("broadcast, one producer"),
        new CastContestant<OneProducer, UntilDisplaced>("broadcast, one producer that may displace"),
        new CastContestant<ManyProducers, UntilDisplaced>("broadcast, many producers") { TakesMany = true },
        new CastContestant<OneProducer, ForAnHour>("broadcast, one producer, stamped"),
    ];

    public static readonly Contestant Acknowledged = new LeaseContestant("acknowledged") { TakesMany = true };

    public static readonly IReadOnlyList<Contestant> CastPeers = [new FanOutPipesContestant(), new FanOutSocketsContestant()];

    /// <summary>Those that take part in no table: each fails in a way of its own.</summary>
    public static readonly IReadOnlyList<FaultyContestant> Faulty =
    [
        new("throws", "InvalidDataException: On purpose.", static () => throw new InvalidDataException("On purpose.")),
        new("hangs", "Seat 1 hung while playing.", static () => Thread.Sleep(Timeout.Infinite)),
        new("dies", "A child ended with code 137 and no result.", static () => Libc.SignalThisProcess(Libc.Kill)),
        new("is stopped", "It hung.", static () => Libc.SignalThisProcess(Libc.Stop)),
    ];

    public static readonly IReadOnlyList<Contestant> All = [BareLine, BareSlots, BareFutex, DirtyLines, ClaimedLines, WholeSlots,
        LockedSwap, .. Ours, Awaited, Acknowledged, .. Casts, .. Peers, .. CastPeers, .. Faulty];

    /// <summary>Readies the peers, and says who is missing and why.</summary>
    public static IEnumerable<string> PreparePeers()
    {
        foreach (Contestant peer in Peers)
        {
            peer.Prepare();
            if (peer.Missing is { } reason) yield return $"Skipped: {peer.Name}. {reason}";
        }
    }

    public static Contestant Find(string name) =>
        All.FirstOrDefault(c => c.Name == name) ?? throw new ArgumentException($"No contestant is called '{name}'.", nameof(name));
}
