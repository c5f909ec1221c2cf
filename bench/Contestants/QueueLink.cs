using System.Text;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>This project's queue at any message size, by the type that emitted queues forward to.</summary>
internal sealed class QueueContestant<TProducers, TConsumers>(string name, bool polling) : SizedContestant(name, Standing.Ours)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    protected override SeatReport Play<T>(Seat seat, Part part) => polling
        ? part.Play<T, PolledQueueLink<T, TProducers, TConsumers>>(seat)
        : part.Play<T, QueueLink<T, TProducers, TConsumers>>(seat);
}

/// <summary>Blocking calls with the default wait policy: what most users write.</summary>
internal readonly struct QueueLink<T, TProducers, TConsumers> : ILink<QueueLink<T, TProducers, TConsumers>, T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly TypedQueue<T, TProducers, TConsumers> _queue;

    private QueueLink(TypedQueue<T, TProducers, TConsumers> queue) => _queue = queue;

    public static QueueLink<T, TProducers, TConsumers> Open(Seat seat, string name, End end) => new(OpenQueue(seat, name));

    public void Send(in T message) => _queue.Enqueue(message, CancellationToken.None);

    public void Send(ReadOnlySpan<T> messages) => _queue.Enqueue(messages, CancellationToken.None);

    public void Receive(out T message) => message = _queue.Dequeue(CancellationToken.None);

    public int Receive(Span<T> messages) => _queue.Dequeue(messages, CancellationToken.None);

    public void Dispose() => _queue.Dispose();

    internal static unsafe TypedQueue<T, TProducers, TConsumers> OpenQueue(Seat seat, string name)
    {
        byte[] schema = Encoding.UTF8.GetBytes($"tsq1 Message {sizeof(T)}\n0 {sizeof(T)} i64[{sizeof(T) / sizeof(long)}] Words\n");
        bool waits = typeof(TConsumers) == typeof(OneWaitingConsumer);
        QueueContract contract = new("Message", sizeof(T), seat.Job.Capacity, SchemaHash.Of(schema), schema,
            TProducers.IsExclusive ? Endpoints.One : Endpoints.Many, TConsumers.IsExclusive ? Endpoints.One : Endpoints.Many,
            waits ? Overflow.Wait : Overflow.Any);
        return TypedQueue<T, TProducers, TConsumers>.OpenOrCreate(contract, name, new ShmQueueOptions { Directory = seat.Job.Directory });
    }
}

/// <summary>Polls by Try calls and never waits in the kernel: for threads that own their core.</summary>
internal readonly struct PolledQueueLink<T, TProducers, TConsumers> : ILink<PolledQueueLink<T, TProducers, TConsumers>, T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly TypedQueue<T, TProducers, TConsumers> _queue;

    private PolledQueueLink(TypedQueue<T, TProducers, TConsumers> queue) => _queue = queue;

    public static PolledQueueLink<T, TProducers, TConsumers> Open(Seat seat, string name, End end) =>
        new(QueueLink<T, TProducers, TConsumers>.OpenQueue(seat, name));

    public void Send(in T message)
    {
        while (!_queue.TryEnqueue(message)) Thread.SpinWait(1);
    }

    public void Send(ReadOnlySpan<T> messages)
    {
        while (!messages.IsEmpty)
        {
            int sent = _queue.TryEnqueue(messages);
            if (sent == 0) Thread.SpinWait(1);
            messages = messages[sent..];
        }
    }

    public void Receive(out T message)
    {
        while (!_queue.TryDequeue(out message)) Thread.SpinWait(1);
    }

    public int Receive(Span<T> messages)
    {
        int taken;
        while ((taken = _queue.TryDequeue(messages)) == 0) Thread.SpinWait(1);
        return taken;
    }

    public void Dispose() => _queue.Dispose();
}
