using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Messages;

#pragma warning disable CS0649 // messages are written as raw words, by Message.Stamp

/// <summary>
/// Messages whose queues the generator writes for one producer, one consumer, and no displacing: what users declare, and so what the
/// headline figures are of.
/// </summary>
internal static partial class OneToOne
{
    [ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
    internal struct Bytes8
    {
        public long Sequence;
    }

    [ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
    internal struct Bytes56
    {
        public long Sequence;
        public Words6 Ballast;
    }

    [ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
    internal struct Bytes64
    {
        public long Sequence;
        public Words7 Ballast;
    }

    internal readonly struct Link8 : ILink<Link8, Bytes8>
    {
        private readonly Bytes8Queue _queue;

        private Link8(Bytes8Queue queue) => _queue = queue;

        public static Link8 Open(Seat seat, string name, End end) => new(Bytes8Queue.OpenOrCreate(name, QueueOptions.Of(seat)));

        public void Send(in Bytes8 message) => _queue.Enqueue(message);

        public void Send(ReadOnlySpan<Bytes8> messages) => _queue.Enqueue(messages);

        public void Receive(out Bytes8 message) => message = _queue.Dequeue();

        public int Receive(Span<Bytes8> messages) => _queue.Dequeue(messages);

        public void Dispose() => _queue.Dispose();
    }

    internal readonly struct Link56 : ILink<Link56, Bytes56>
    {
        private readonly Bytes56Queue _queue;

        private Link56(Bytes56Queue queue) => _queue = queue;

        public static Link56 Open(Seat seat, string name, End end) => new(Bytes56Queue.OpenOrCreate(name, QueueOptions.Of(seat)));

        public void Send(in Bytes56 message) => _queue.Enqueue(message);

        public void Send(ReadOnlySpan<Bytes56> messages) => _queue.Enqueue(messages);

        public void Receive(out Bytes56 message) => message = _queue.Dequeue();

        public int Receive(Span<Bytes56> messages) => _queue.Dequeue(messages);

        public void Dispose() => _queue.Dispose();
    }

    internal readonly struct Link64 : ILink<Link64, Bytes64>
    {
        private readonly Bytes64Queue _queue;

        private Link64(Bytes64Queue queue) => _queue = queue;

        public static Link64 Open(Seat seat, string name, End end) => new(Bytes64Queue.OpenOrCreate(name, QueueOptions.Of(seat)));

        public void Send(in Bytes64 message) => _queue.Enqueue(message);

        public void Send(ReadOnlySpan<Bytes64> messages) => _queue.Enqueue(messages);

        public void Receive(out Bytes64 message) => message = _queue.Dequeue();

        public int Receive(Span<Bytes64> messages) => _queue.Dequeue(messages);

        public void Dispose() => _queue.Dispose();
    }
}
