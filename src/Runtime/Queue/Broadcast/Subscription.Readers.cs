using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <content>What serialized messages need: taking by a reader, so that only the bytes of the message move.</content>
public sealed partial class Subscription<T> where T : unmanaged
{
    /// <summary>Takes the next message if there is one.</summary>
    internal bool TryTake<TReader>(ref TReader reader) where TReader : struct, IMessageReader
    {
        RingStatus status = LookAndTake(ref reader);
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) Throw(status);
        return status == RingStatus.Done;
    }

    /// <summary>Takes the next message; waits for one until the deadline. False: there was none until then, or the end has come and may.</summary>
    internal bool TryTake<TReader>(ref TReader reader, Deadline deadline, bool completedIsNone, CancellationToken cancellationToken)
        where TReader : struct, IMessageReader
    {
        ReaderCall<TReader> call = new(this, ref reader);
        return Wait(ref call, passesOver: false, deadline, completedIsNone, cancellationToken);
    }

    /// <summary>Reads the next message without taking it, and says where it stands.</summary>
    internal bool TryPeek<TReader>(ref TReader reader, out long position) where TReader : struct, IMessageReader
    {
        RingStatus status = _ring.TryPeek(ref reader, out position);
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) Throw(status);
        return status == RingStatus.Done;
    }

    /// <summary>Takes the message that was read there.</summary>
    /// <exception cref="InvalidOperationException">Another call took it meanwhile.</exception>
    internal void TakePeeked(long position)
    {
        RingStatus status = _ring.TryTakePeeked(position);
        if (status != RingStatus.Done) Throw(status == RingStatus.NoRole ? RingStatus.Busy : status);
        _notFull.Wake(1); // E4
    }

    private RingStatus LookAndTake<TReader>(ref TReader reader) where TReader : struct, IMessageReader
    {
        RingStatus status = _ring.TryTake(ref reader);
        if (status == RingStatus.Done) _notFull.Wake(1); // E4
        return status;
    }

    private readonly ref struct ReaderCall<TReader>(Subscription<T> subscription, ref TReader reader) : IRingCall
        where TReader : struct, IMessageReader
    {
        private readonly ref TReader _reader = ref reader;

        public RingStatus Try() => subscription.LookAndTake(ref _reader);
    }
}
