using TypedShmQueue.Liveness;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <content>What serialized messages need: claims that wait or displace, and taking by a reader, so that only the bytes of the message move.</content>
public sealed unsafe partial class TypedQueue<T, TProducers, TConsumers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Claims a slot; waits for room until the deadline.</summary>
    internal bool TryClaim(out SlotWriter<T> writer, Deadline deadline, CancellationToken cancellationToken)
    {
        Pacing pacing = _session.ProducerPacing;
        pacing.Begin(_ring.ProducerPosition);
        Waiter waiter = new(_session.NotFull, pacing, deadline, cancellationToken, ref _session.Ring.Tail);
        Interlocked.Increment(ref _waiting);
        try
        {
            while (!TryClaim(out writer, waiter.IsAboutToPark))
            {
                if (!waiter.TryNext()) return false;
            }

            return true;
        }
        finally
        {
            waiter.End();
            // One wake may stand for several free slots, and who leaves without one may have been woken for one: it is passed on.
            if (waiter.Parked > 0) _notFull.Wake(1);
            pacing.End(_ring.ProducerPosition, waiter.Elapsed);
            Interlocked.Decrement(ref _waiting);
            GC.KeepAlive(_session);
            ProducerWaited(waiter.Elapsed);
        }
    }

    /// <summary>Claims a slot, displacing the oldest message if there is no room. True if one was displaced, which the reader kept.</summary>
    internal bool ClaimShift<TReader>(out SlotWriter<T> writer, ref TReader displaced) where TReader : struct, IMessageReader
    {
        bool any = false;
        SpinWait spin = default;
        while (!TryClaim(out writer))
        {
            ThreadLane lane = ThisThreadLane();
            RingStatus status = TryClaimDisplacing(lane.Lane, ref displaced, out long position, out byte* message, ref any);
            if (position != 0)
            {
                writer = Open(lane, position, message);
                return any;
            }

            if (status == RingStatus.Blocked)
            {
                ThrowIfHeldUpByItself(spin);
                spin.SpinOnce();
            }
            else if (status != RingStatus.Done)
            {
                if (any) _notFull.Wake(1); // the slot that was freed is another's now
                Resolve(status, producing: true);
            }
        }

        return any;
    }

    /// <summary>Takes the oldest message if there is one.</summary>
    internal bool TryTake<TReader>(ref TReader reader) where TReader : struct, IMessageReader
    {
        while (true)
        {
            RingStatus status = _ring.TryTake(ref reader);
            if (status == RingStatus.Done) _notFull.Wake(1); // E4
            if (status is RingStatus.Done or RingStatus.Blocked or RingStatus.Completed) return status == RingStatus.Done;
            Resolve(status, producing: false);
        }
    }

    /// <summary>Reads the oldest message, and says where it stands, if nothing at all is in the way.</summary>
    internal bool TryPeekMore<TReader>(ref TReader reader, out long position) where TReader : struct, IMessageReader =>
        _ring.TryPeek(ref reader, out position) == RingStatus.Done;

    /// <summary>Takes the message that was read there, unless somebody was faster.</summary>
    internal bool TryTakePeeked(long position)
    {
        if (_ring.TryTakePeeked(position) != RingStatus.Done) return false;
        _notFull.Wake(1); // E4
        return true;
    }

    /// <summary>Takes the oldest message; waits for one.</summary>
    internal void Take<TReader>(ref TReader reader, CancellationToken cancellationToken) where TReader : struct, IMessageReader
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_ring.ConsumerPosition >= _ring.Consumer.GatherAt) Gather(Pacing.MessagesToGather);
        if (!TryTake(ref reader)) _ = TryTake(ref reader, Deadline.Never, completedIsFalse: false, cancellationToken);
    }

    /// <summary>Takes the oldest message; waits for one until the deadline.</summary>
    internal bool TryTake<TReader>(ref TReader reader, Deadline deadline, bool completedIsFalse, CancellationToken cancellationToken)
        where TReader : struct, IMessageReader
    {
        TakeCall<TReader> call = new(this, ref reader);
        return WaitForMessage(ref call, deadline, completedIsFalse, cancellationToken);
    }

    /// <summary>Reads the oldest message without taking it.</summary>
    internal bool TryPeek<TReader>(ref TReader reader) where TReader : struct, IMessageReader
    {
        while (true)
        {
            RingStatus status = _ring.TryPeek(ref reader);
            if (status is RingStatus.Done or RingStatus.Blocked or RingStatus.Completed) return status == RingStatus.Done;
            Resolve(status, producing: false);
        }
    }

    private readonly ref struct TakeCall(TypedQueue<T, TProducers, TConsumers> queue, ref T message) : IRingCall
    {
        private readonly ref T _message = ref message;

        public RingStatus Try()
        {
            RingStatus status = queue._ring.TryDequeue(out _message);
            if (status == RingStatus.Done) queue._notFull.Wake(1); // E4
            return status;
        }
    }

    private readonly ref struct TakeCall<TReader>(TypedQueue<T, TProducers, TConsumers> queue, ref TReader reader) : IRingCall
        where TReader : struct, IMessageReader
    {
        private readonly ref TReader _reader = ref reader;

        public RingStatus Try()
        {
            RingStatus status = queue._ring.TryTake(ref _reader);
            if (status == RingStatus.Done) queue._notFull.Wake(1); // E4
            return status;
        }
    }
}
