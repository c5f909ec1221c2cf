using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>Serialized messages into the slots of one handle, whatever the serializer.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class SerializedSlots<TMessage>(QueueCore handle, ProducerEnd end)
{
    public ProducerEnd End => end;

    /// <summary>So many messages were sent. Their wakes are made when their claims end.</summary>
    public QueueCore Handle => handle;

    public abstract PendingSends<TMessage> NewPendingSends();

    public abstract RingStatus TrySend(in TMessage message);

    public abstract bool EnqueueShift(in TMessage message);

    public abstract bool EnqueueShift(in TMessage message, [MaybeNullWhen(false)] out TMessage displaced);
}

/// <summary>Serialized messages into the slots of one handle.</summary>
/// <remarks>
/// <para>A slot holds the length (an int) and the bytes. Where it holds few (<see cref="SlotBufferWriter.SmallLength"/>), the serializer
/// writes to a buffer of the thread's, and the bytes are copied into a slot that is claimed for as long as that takes: a serializer that
/// throws, is slow or is killed costs consumers nothing.</para>
/// <para>Where it holds more, or the ring was full, sending claims a slot as <see cref="SlotWriter{T}"/> does, and the serializer writes
/// straight into it: a copy would cost more than the claim. A serializer that knows the size is asked before the claim
/// (<see cref="IShmSerializer{T}.TryGetSize"/>). In any other case a claim for a message that is too large is given up like that of a
/// writer that is disposed without a commit: it becomes a tombstone, which consumers pass.</para>
/// </remarks>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSerializer">Writes it.</typeparam>
/// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
internal sealed unsafe class SerializedSlots<TMessage, TSerializer, TSlot, TProducers, TConsumers>(RingCore<TSlot, TProducers,
    TConsumers> core)
    : SerializedSlots<TMessage>(core, core.Producers)
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>The last look found no room. Written by any thread, and no more than a guess.</summary>
    private bool _isFull;

    private static int MaxBytes => sizeof(TSlot) - sizeof(int);

    private static bool IsSmall => MaxBytes <= SlotBufferWriter.SmallLength;

    public override PendingSends<TMessage> NewPendingSends() =>
        new SerializedSends<TMessage, TSerializer, TSlot, TProducers, TConsumers>(core, this);

    public override RingStatus TrySend(in TMessage message)
    {
        ThrowIfUnsendable(message);
        return IsSmall && !_isFull ? TrySendWritten(message) : TrySendInPlace(message);
    }

    public override bool EnqueueShift(in TMessage message)
    {
        NoReader nothing = default;
        bool any = Shift(message, ref nothing);
        Handle.Session.CommitterOfCalls?.AfterSending();
        return any;
    }

    public override bool EnqueueShift(in TMessage message, [MaybeNullWhen(false)] out TMessage displaced)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            bool any = Shift(message, ref reader);
            Handle.Session.CommitterOfCalls?.AfterSending();
            displaced = any ? DeserializeDisplaced(reader) : default;
            return any;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>By way of a buffer as large as a slot, so that many calls that wait hold no more than their messages take.</summary>
    public PendingBytes SerializePending(in TMessage message)
    {
        _ = ThrowIfUnsendable(message);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        try
        {
            int length;
            fixed (byte* written = buffer) length = Serialize(message, written);
            byte[] exact = ArrayPool<byte>.Shared.Rent(length);
            buffer.AsSpan(0, length).CopyTo(exact);
            return new PendingBytes(exact, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The message is whole before anything is claimed. A copy of so few bytes costs less than a claim in which a user's code may run.
    /// </summary>
    private RingStatus TrySendWritten(in TMessage message)
    {
        SlotBufferWriter written = SlotBufferWriter.RentSmall(MaxBytes, core.Name);
        try
        {
            Write(message, written);
            while (true)
            {
                RingStatus status = core.TrySendBytes(written.SmallBytes);
                if (status == RingStatus.Done) core.Sent(1);
                if (status != RingStatus.Blocked) return status;
                status = core.Producers.TryMakeRoom(waits: false);
                _isFull = status == RingStatus.Blocked;
                if (status != RingStatus.Done) return status;
            }
        }
        finally
        {
            written.Return();
        }
    }

    /// <summary>The slot is claimed before the message is written: nothing is written in vain while the ring is full.</summary>
    private RingStatus TrySendInPlace(in TMessage message)
    {
        RingStatus status = core.TryClaimOnce(out SlotWriter<TSlot> slot);
        _isFull = status == RingStatus.Blocked;
        if (status == RingStatus.Done) Write(slot, message);
        return status;
    }

    private bool Shift<TReader>(in TMessage message, ref TReader displaced)
        where TReader : struct, IMessageReader
    {
        bool fits = ThrowIfUnsendable(message);
        if (IsSmall) return ShiftSmall(message, ref displaced);
        if (core.TryClaim(out SlotWriter<TSlot> free))
        {
            Write(free, message);
            return false;
        }

        if (!fits) return ShiftWritten(message, ref displaced);
        bool any = core.ClaimShift(out SlotWriter<TSlot> slot, ref displaced);
        Write(slot, message);
        return any;
    }

    /// <summary>As <see cref="TrySendWritten"/>.</summary>
    private bool ShiftSmall<TReader>(in TMessage message, ref TReader displaced)
        where TReader : struct, IMessageReader
    {
        SlotBufferWriter written = SlotBufferWriter.RentSmall(MaxBytes, core.Name);
        try
        {
            Write(message, written);
            return ShiftBytes(written.SmallBytes, ref displaced);
        }
        finally
        {
            written.Return();
        }
    }

    /// <summary>The message is whole before another one is displaced for it.</summary>
    private bool ShiftWritten<TReader>(in TMessage message, ref TReader displaced)
        where TReader : struct, IMessageReader
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        try
        {
            fixed (byte* written = buffer) return ShiftBytes(new ReadOnlySpan<byte>(written, Serialize(message, written)), ref displaced);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <param name="message">Its bytes, at most <see cref="MaxBytes"/>: a serializer that writes more has thrown before.</param>
    /// <param name="displaced">Reads what is displaced.</param>
    private bool ShiftBytes<TReader>(ReadOnlySpan<byte> message, ref TReader displaced)
        where TReader : struct, IMessageReader
    {
        bool any = core.ClaimShift(out SlotWriter<TSlot> slot, ref displaced);
        using SlotWriter<TSlot> claimed = slot;
        // As in Write: ours and mapped until the writer is committed or disposed.
        byte* bytes = (byte*)Unsafe.AsPointer(ref claimed.Value);
        message.CopyTo(new Span<byte>(bytes + sizeof(int), MaxBytes));
        Unsafe.WriteUnaligned(bytes, message.Length);
        claimed.Commit();
        GC.KeepAlive(core);
        return any;
    }

    /// <summary>Before anything is claimed: what is known not to go. True if the message is known to fit.</summary>
    private bool ThrowIfUnsendable(in TMessage message)
    {
        if (message is null) throw new ArgumentNullException(nameof(message), "A message is never null: a consumer could not tell it " +
            "from none.");
        if (!TSerializer.TryGetSize(message, out int bytes)) return false;
        if (bytes <= MaxBytes) return true;
        core.ThrowIfDisposed();
        throw SlotBufferWriter.TooLarge(core.Name, MaxBytes);
    }

    private void Write(SlotWriter<TSlot> slot, in TMessage message)
    {
        // Disposed without a commit, the claim is given up.
        using SlotWriter<TSlot> claimed = slot;
        // The claim keeps the slot ours, and the queue keeps it mapped, until the writer is committed or disposed.
        byte* bytes = (byte*)Unsafe.AsPointer(ref claimed.Value);
        Unsafe.WriteUnaligned(bytes, Serialize(message, bytes + sizeof(int)));
        claimed.Commit();
        GC.KeepAlive(core);
    }

    /// <param name="message">What to serialize.</param>
    /// <param name="bytes">Where to. Precondition: room for <see cref="MaxBytes"/> until this returns.</param>
    /// <returns>How many bytes it took.</returns>
    private int Serialize(in TMessage message, byte* bytes)
    {
        SlotBufferWriter destination = SlotBufferWriter.Rent(bytes, MaxBytes, core.Name);
        try
        {
            Write(message, destination);
            return destination.Written;
        }
        finally
        {
            destination.Return();
        }
    }

    private static void Write(in TMessage message, SlotBufferWriter destination)
    {
        TSerializer.Serialize(message, destination);
        // A serializer may have caught what the destination threw.
        if (destination.Overflowed) throw destination.TooLarge();
    }

    /// <summary>What is thrown here must not be taken for what a serializer throws: that would mean that nothing was sent.</summary>
    private TMessage DeserializeDisplaced(in BytesReader reader)
    {
        try
        {
            return SerializedBytes.Read<TMessage, TSerializer>(reader, core.Name, MaxBytes);
        }
        catch (Exception e)
        {
            throw new ShmQueueDisplacedMessageException(core.Name, e);
        }
    }
}
