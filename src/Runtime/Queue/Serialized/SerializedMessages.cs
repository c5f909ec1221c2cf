using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>Serialized messages out of slots, whatever the serializer.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class SerializedMessages<TMessage>
{
    public abstract ConsumerEnd End { get; }

    public abstract bool IsGatheringDue { get; }

    public abstract PendingTakes<TMessage> NewPendingTakes();

    public abstract RingStatus TryTake(out TMessage message);

    public abstract RingStatus TryTake(Span<TMessage> destination, out int taken);

    public abstract int TakeMore(Span<TMessage> destination);

    public abstract RingStatus Find();

    public abstract RingStatus TryPeek(out TMessage message);

    public abstract RingStatus TryTakeMatching(MessagePredicate<TMessage> predicate, Span<TMessage> destination, out int taken);

    public abstract void Took(int count);
}

/// <summary>Serialized messages out of slots.</summary>
/// <remarks>
/// The bytes are copied out before they are known to be whole and ours, and the copy is deserialized. So no serializer and no predicate
/// ever sees a torn message, and none holds up a producer.
/// </remarks>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSerializer">Reads it.</typeparam>
/// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
/// <typeparam name="TSlots">Whose slots.</typeparam>
internal sealed unsafe class SerializedMessages<TMessage, TSerializer, TSlot, TSlots>(TSlots slots) : SerializedMessages<TMessage>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
    where TSlots : struct, ISlotView<TSlot>
{
    private static int MaxBytes => sizeof(TSlot) - sizeof(int);

    public override ConsumerEnd End => slots.End;

    public override bool IsGatheringDue => slots.IsGatheringDue;

    public override PendingTakes<TMessage> NewPendingTakes() => new SerializedTakes<TMessage, TSerializer, TSlot, TSlots>(slots);

    public override RingStatus TryTake(out TMessage message)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            RingStatus status = slots.TryTake(ref reader);
            if (status == RingStatus.Done) message = DeserializeTaken(reader);
            else message = default!;
            return status;
        }
        finally
        {
            reader.Return();
        }
    }

    public override RingStatus TryTake(Span<TMessage> destination, out int taken)
    {
        RingStatus status = TryTake(out destination[0]);
        taken = status == RingStatus.Done ? 1 + TakeMore(destination[1..]) : 0;
        return status;
    }

    public override RingStatus Find() => slots.Find();

    public override RingStatus TryPeek(out TMessage message)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            RingStatus status = slots.TryPeek(ref reader, out _);
            message = status == RingStatus.Done ? Deserialize(reader) : default!;
            return status;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>
    /// Each message is taken only once it has become a message: one that cannot be read ends the batch and stays the next, and the call
    /// that comes to it reports the error. If another consumer takes one meanwhile, the batch ends there too, so that it does not
    /// deserialize in vain again and again.
    /// </summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The call that comes to that message next " +
        "throws it again; here it would cost the messages before it.")]
    public override int TakeMore(Span<TMessage> destination)
    {
        int taken = 0;
        BytesReader reader = new(MaxBytes);
        try
        {
            while (taken < destination.Length && slots.TryPeek(ref reader, out long position) == RingStatus.Done)
            {
                TMessage message = Deserialize(reader);
                if (!slots.TryTakePeeked(position)) break;
                destination[taken++] = message;
            }
        }
        catch (Exception)
        {
            // The message stays where it is.
        }
        finally
        {
            reader.Return();
        }

        return taken;
    }

    /// <remarks>
    /// What the predicate throws goes to the caller, and its message stays the next; a message that cannot be read is dropped. If others
    /// were taken before, they go to the caller, and the next call throws.
    /// </remarks>
    public override RingStatus TryTakeMatching(MessagePredicate<TMessage> predicate, Span<TMessage> destination, out int taken)
    {
        taken = 0;
        BytesReader reader = new(MaxBytes);
        try
        {
            long end = End.Position + End.Handle.Capacity;
            while (taken < destination.Length && End.Position < end)
            {
                RingStatus status = slots.TryPeek(ref reader, out long position);
                if (status != RingStatus.Done) return taken > 0 ? RingStatus.Done : status;
                TMessage message = DeserializeOrDrop(reader, position, drops: taken == 0);
                bool matches = predicate(in message);
                if (!slots.TryTakePeeked(position)) End.Resolve(RingStatus.Busy);
                slots.Took(1);
                if (matches) destination[taken++] = message;
            }

            return taken > 0 ? RingStatus.Done : RingStatus.Blocked;
        }
        catch when (taken > 0)
        {
            return RingStatus.Done;
        }
        finally
        {
            reader.Return();
        }
    }

    public override void Took(int count) => slots.Took(count);

    private TMessage Deserialize(in BytesReader reader) => SerializedBytes.Read<TMessage, TSerializer>(reader, slots.QueueName, MaxBytes);

    /// <summary>The slot is free whether or not the message can be read: a producer must not wait for it in vain.</summary>
    private TMessage DeserializeTaken(in BytesReader reader)
    {
        try
        {
            return Deserialize(reader);
        }
        catch
        {
            slots.Took(1);
            throw;
        }
    }

    private TMessage DeserializeOrDrop(in BytesReader reader, long position, bool drops)
    {
        try
        {
            return Deserialize(reader);
        }
        catch when (drops)
        {
            if (slots.TryTakePeeked(position)) slots.Took(1);
            throw;
        }
    }
}
