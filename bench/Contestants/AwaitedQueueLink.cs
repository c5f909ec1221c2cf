using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>A link whose consumer can await its messages.</summary>
internal interface IAwaitedLink<T>
{
    ValueTask<T> ReceiveAsync();
}

/// <summary>This project's queue, its consumer waiting without a thread.</summary>
internal sealed class AwaitedQueueContestant<TProducers, TConsumers>(string name) : SizedContestant(name, Standing.Ours)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    protected override SeatReport Play<T>(Seat seat, Part part) => part.Play<T, AwaitedQueueLink<T, TProducers, TConsumers>>(seat);
}

/// <summary>Sends as any, and takes by pending calls.</summary>
internal readonly struct AwaitedQueueLink<T, TProducers, TConsumers>
    : ILink<AwaitedQueueLink<T, TProducers, TConsumers>, T>, IAwaitedLink<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly TypedQueue<T, TProducers, TConsumers> _queue;

    private AwaitedQueueLink(TypedQueue<T, TProducers, TConsumers> queue) => _queue = queue;

    public static AwaitedQueueLink<T, TProducers, TConsumers> Open(Seat seat, string name, End end) =>
        new(QueueLink<T, TProducers, TConsumers>.OpenQueue(seat, name));

    public void Send(in T message) => _queue.Enqueue(message, CancellationToken.None);

    public void Send(ReadOnlySpan<T> messages) => _queue.Enqueue(messages, CancellationToken.None);

    public ValueTask<T> ReceiveAsync() => _queue.DequeueAsync(CancellationToken.None);

    /// <summary>What a thread does that has nothing but a pending call.</summary>
    public void Receive(out T message) => message = ReceiveAsync().AsTask().GetAwaiter().GetResult();

    public int Receive(Span<T> messages)
    {
        Receive(out messages[0]);
        return 1 + _queue.TryDequeue(messages[1..]);
    }

    public void Dispose() => _queue.Dispose();
}
