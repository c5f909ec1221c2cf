using System.Text;
using TypedShmQueue.Bench.Messages;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout.Schema;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>This project's broadcast queue; each consumer's seat is a subscription.</summary>
internal sealed class CastContestant<TProducers, TKeeping>(string name) : SizedContestant(name, Standing.Ours)
    where TProducers : struct, IProducerRole
    where TKeeping : struct, IKeeping
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, CastLink<T, TProducers, TKeeping>>(seat);
}

/// <summary>How long messages are kept.</summary>
internal interface IKeeping
{
    static abstract Overflow Overflow { get; }

    static abstract TimeSpan? Retention { get; }
}

/// <summary>Nobody displaces, as in the queue of one producer and one consumer that this is compared with.</summary>
internal readonly struct UntilTaken : IKeeping
{
    public static Overflow Overflow => Overflow.Wait;

    public static TimeSpan? Retention => null;
}

/// <summary>Producers may displace; here none does.</summary>
internal readonly struct UntilDisplaced : IKeeping
{
    public static Overflow Overflow => Overflow.Any;

    public static TimeSpan? Retention => null;
}

/// <summary>Each message is stamped; none becomes so old in a round.</summary>
internal readonly struct ForAnHour : IKeeping
{
    public static Overflow Overflow => Overflow.Any;

    public static TimeSpan? Retention => TimeSpan.FromHours(1);
}

/// <summary>Blocking calls with the default wait policy.</summary>
internal readonly struct CastLink<T, TProducers, TKeeping> : ILink<CastLink<T, TProducers, TKeeping>, T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TKeeping : struct, IKeeping
{
    private readonly TypedBroadcast<T, TProducers> _queue;
    private readonly TypedSubscription<T>? _subscription;

    private CastLink(TypedBroadcast<T, TProducers> queue, End end)
    {
        _queue = queue;
        _subscription = end == End.Consumer ? queue.Subscribe(SubscribeFrom.Oldest, null) : null;
    }

    public static unsafe CastLink<T, TProducers, TKeeping> Open(Seat seat, string name, End end)
    {
        byte[] schema = Encoding.UTF8.GetBytes($"tsq1 Message {sizeof(T)}\n0 {sizeof(T)} i64[{sizeof(T) / sizeof(long)}] Words\n");
        QueueContract contract = new("Message", sizeof(T), seat.Job.Capacity, SchemaHash.Of(schema), schema,
            TProducers.IsExclusive ? Endpoints.One : Endpoints.Many, Endpoints.Many, TKeeping.Overflow, Delivery.Broadcast);
        return new(TypedBroadcast<T, TProducers>.OpenOrCreate(contract, name,
            QueueOptions.Of(seat) with { Retention = TKeeping.Retention }), end);
    }

    public void Send(in T message) => _queue.Enqueue(message, CancellationToken.None);

    public void Send(ReadOnlySpan<T> messages) => _queue.Enqueue(messages, CancellationToken.None);

    public void Receive(out T message) => message = _subscription!.Dequeue(CancellationToken.None);

    public int Receive(Span<T> messages) => _subscription!.Dequeue(messages, CancellationToken.None);

    public void Dispose() => _queue.Dispose();
}
