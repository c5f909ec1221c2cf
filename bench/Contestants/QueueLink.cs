using System.Text;
using TypedShmQueue.Bench.Messages;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout.Schema;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>
/// This project's queue. The sizes of the headline figures go through queues that the generator wrote; other sizes, and polling, through
/// the type those forward to.
/// </summary>
internal sealed class QueueContestant<TProducers, TConsumers>(string name, bool polling) : SizedContestant(name, Standing.Ours)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public override SeatReport Play(Seat seat, Part part) => (polling, TProducers.IsExclusive, seat.Job.MessageSize) switch
    {
        (false, true, 8) => part.Play<OneToOne.Bytes8, OneToOne.Link8>(seat),
        (false, true, 56) => part.Play<OneToOne.Bytes56, OneToOne.Link56>(seat),
        (false, true, 64) => part.Play<OneToOne.Bytes64, OneToOne.Link64>(seat),
        (false, false, 8) => part.Play<ManyToMany.Bytes8, ManyToMany.Link8>(seat),
        (false, false, 56) => part.Play<ManyToMany.Bytes56, ManyToMany.Link56>(seat),
        (false, false, 64) => part.Play<ManyToMany.Bytes64, ManyToMany.Link64>(seat),
        _ => base.Play(seat, part),
    };

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
        return TypedQueue<T, TProducers, TConsumers>.OpenOrCreate(contract, name, QueueOptions.Of(seat));
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
