using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Broadcast;

/// <content>Messages that are read one by one by a reader: as a whole, or only the bytes that a serialized one has.</content>
internal sealed unsafe partial class SubscriberRing<T, TMemory>
    where T : unmanaged
    where TMemory : struct, IMemory
{
    /// <summary>Reads the next message without taking it.</summary>
    public RingStatus TryPeek(out T message)
    {
        Unsafe.SkipInit(out message);
        ValueReader<T> reader = new(ref message);
        RingStatus status = TryPeek(ref reader, out _);
        if (!reader.IsKept) message = default; // a copy that was overtaken may be torn
        return status;
    }

    /// <summary>As <see cref="TryPeek(out T)"/>, by a reader; says which position it was.</summary>
    public RingStatus TryPeek<TReader>(ref TReader reader, out long position) where TReader : struct, IMessageReader, allows ref struct
    {
        position = 0;
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            return Find(ref reader, out position);
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    /// <summary>Takes the next message, by a reader.</summary>
    public RingStatus TryTake<TReader>(ref TReader reader) where TReader : struct, IMessageReader, allows ref struct
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            status = Find(ref reader, out long position);
            if (status == RingStatus.Done) MoveTo(position + 1); // B2
            return status;
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    /// <summary>
    /// Takes the message that was read at this position: it was whole then, so nothing is lost if producers have overtaken it since.
    /// NoRole: it has been taken already.
    /// </summary>
    public RingStatus TryTakePeeked(long position)
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        if (_side.Next == position) MoveTo(position + 1); // B2
        else status = RingStatus.Taken;
        Leave();
        return status;
    }

    /// <summary>Reads the message at the cursor, wherever that has to go first. Precondition: entered.</summary>
    private RingStatus Find<TReader>(ref TReader reader, out long position) where TReader : struct, IMessageReader, allows ref struct
    {
        while (true)
        {
            position = _side.Next;
            byte* slot = Slot(position);
            if (TMemory.LoadAcquire(ref Word(slot)) == SlotWord.Published(position) && IsVisible(position)) // E1
            {
                reader.Read<TMemory>(slot + SlotLayout.WordSize);
                if (IsWhole(position)) // B1
                {
                    reader.Keep();
                    return RingStatus.Done;
                }
            }

            RingStatus status = LookInto(position);
            if (status != RingStatus.Done) return status;
        }
    }
}
