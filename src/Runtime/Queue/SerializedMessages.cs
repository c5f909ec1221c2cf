using System.Buffers;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>What an emitted queue of serialized messages sends and takes by: objects on this side, slots of bytes on the other.</summary>
/// <remarks>
/// <para>A slot holds the length (an int) and the bytes. Sending claims a slot as <see cref="SlotWriter{T}"/> does, and the serializer writes straight
/// into it. Why not first into a buffer, to know the size: that would copy every message to spare a claim to the few that are too large. A serializer that
/// knows the size is asked before (<see cref="IShmSerializer{T}.TryGetSize"/>). In any other case the claim is given up like that of a writer
/// that is disposed without a commit: a tombstone, which consumers pass.</para>
/// <para>Taking copies the message's bytes out before they are known to be ours (see <see cref="ManyConsumers"/>), and deserializes the copy.</para>
/// </remarks>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSerializer">Writes and reads it.</typeparam>
/// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe partial class SerializedMessages<TMessage, TSerializer, TSlot, TProducers, TConsumers>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly TypedQueue<TSlot, TProducers, TConsumers> _queue;

    /// <param name="queue">The handle whose slots are used; it is disposed by its owner.</param>
    public SerializedMessages(TypedQueue<TSlot, TProducers, TConsumers> queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _queue = queue;
        _senders = queue.NewSendersOfBytes();
        _takers = queue.NewTakersOfBytes();
    }

    private static int MaxBytes => sizeof(TSlot) - sizeof(int);

    /// <summary>Sends; waits for room.</summary>
    public void Enqueue(in TMessage message, CancellationToken cancellationToken)
    {
        ThrowIfUnsendable(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_queue.TryClaim(out SlotWriter<TSlot> slot)) _ = _queue.TryClaim(out slot, Deadline.Never, cancellationToken);
        Send(slot, message);
    }

    /// <summary>Sends all, waiting for room as needed. If it throws midway, it has sent a prefix.</summary>
    public void Enqueue(ReadOnlySpan<TMessage> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _queue.ThrowIfDisposed();
        foreach (ref readonly TMessage message in messages) Enqueue(message, cancellationToken);
    }

    /// <summary>Sends if there is room.</summary>
    public bool TryEnqueue(in TMessage message)
    {
        ThrowIfUnsendable(message);
        if (!_queue.TryClaim(out SlotWriter<TSlot> slot)) return false;
        Send(slot, message);
        return true;
    }

    /// <summary>Sends; waits for room until the timeout.</summary>
    public bool TryEnqueue(in TMessage message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        ThrowIfUnsendable(message);
        if (!_queue.TryClaim(out SlotWriter<TSlot> slot) && !_queue.TryClaim(out slot, deadline, CancellationToken.None)) return false;
        Send(slot, message);
        return true;
    }

    /// <summary>Sends what there is room for. If it throws midway, it has sent a prefix.</summary>
    public int TryEnqueue(ReadOnlySpan<TMessage> messages)
    {
        _queue.ThrowIfDisposed();
        int sent = 0;
        while (sent < messages.Length && TryEnqueue(messages[sent])) sent++;
        return sent;
    }

    /// <summary>Sends, displacing the oldest message if there is no room.</summary>
    public bool EnqueueShift(in TMessage message)
    {
        NoReader nothing = default;
        return Shift(message, ref nothing);
    }

    /// <summary>Sends, displacing the oldest message if there is no room, and hands out what was displaced.</summary>
    /// <exception cref="ShmQueueDisplacedMessageException">It was sent, and what it displaced could not be read.</exception>
    public bool EnqueueShift(in TMessage message, [MaybeNullWhen(false)] out TMessage displaced)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            bool any = Shift(message, ref reader);
            displaced = any ? DeserializeDisplaced(reader) : default;
            return any;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>Takes the oldest message; waits for one.</summary>
    public TMessage Dequeue(CancellationToken cancellationToken)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            _queue.Take(ref reader, cancellationToken);
            return Deserialize(reader);
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>Takes at least one message, and ends before one that cannot be read, unless it is the first.</summary>
    /// <exception cref="ArgumentException">There is no room for one.</exception>
    public int Dequeue(Span<TMessage> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty) throw new ArgumentException("The destination has no room for a message; give at least one element.", nameof(destination));
        destination[0] = Dequeue(cancellationToken);
        return 1 + TakeMore(destination[1..]);
    }

    /// <summary>Takes the oldest message if there is one.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out TMessage message)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            bool taken = _queue.TryTake(ref reader);
            message = taken ? Deserialize(reader) : default;
            return taken;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>Takes the oldest message; waits for one until the timeout.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out TMessage message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        BytesReader reader = new(MaxBytes);
        try
        {
            bool taken = _queue.TryTake(ref reader) || _queue.TryTake(ref reader, deadline, completedIsFalse: true, CancellationToken.None);
            message = taken ? Deserialize(reader) : default;
            return taken;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>Takes what there is and fits, and ends before a message that cannot be read, unless it is the first.</summary>
    public int TryDequeue(Span<TMessage> destination)
    {
        _queue.ThrowIfDisposed();
        if (destination.IsEmpty || !TryDequeue(out destination[0]!)) return 0;
        return 1 + TakeMore(destination[1..]);
    }

    /// <summary>Reads the oldest message without taking it.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out TMessage message)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            bool found = _queue.TryPeek(ref reader);
            message = found ? Deserialize(reader) : default;
            return found;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <summary>
    /// One is taken already, and whatever is the matter with the others, the caller gets it. So each of them is taken only once it has become
    /// a message: one that cannot be read ends the batch and stays the oldest, and whoever comes to it next is told.
    /// </summary>
    /// <remarks>If another consumer takes one meanwhile, the batch ends there too: it would not deserialize in vain again and again.</remarks>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is thrown again to whoever comes to that message next; here it would cost the messages before it.")]
    private int TakeMore(Span<TMessage> destination)
    {
        int taken = 0;
        BytesReader reader = new(MaxBytes);
        try
        {
            while (taken < destination.Length && _queue.TryPeekMore(ref reader, out long position))
            {
                TMessage message = Deserialize(reader);
                if (!_queue.TryTakePeeked(position)) break;
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

    private bool Shift<TReader>(in TMessage message, ref TReader displaced)
        where TReader : struct, IMessageReader
    {
        bool fits = ThrowIfUnsendable(message);
        if (_queue.TryClaim(out SlotWriter<TSlot> free))
        {
            Send(free, message);
            return false;
        }

        if (!fits) return ShiftWritten(message, ref displaced);
        bool any = _queue.ClaimShift(out SlotWriter<TSlot> slot, ref displaced);
        Send(slot, message);
        return any;
    }

    /// <summary>The message is whole before another one is dropped for it.</summary>
    private bool ShiftWritten<TReader>(in TMessage message, ref TReader displaced)
        where TReader : struct, IMessageReader
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        try
        {
            fixed (byte* written = buffer)
            {
                int length = Write(message, written);
                bool any = _queue.ClaimShift(out SlotWriter<TSlot> slot, ref displaced);
                using SlotWriter<TSlot> claimed = slot;
                // As in Send: ours and mapped until the writer is committed or disposed. The length is at most MaxBytes, or Write had thrown.
                byte* bytes = (byte*)Unsafe.AsPointer(ref claimed.Value);
                Unsafe.CopyBlockUnaligned(bytes + sizeof(int), written, (uint)length);
                Unsafe.WriteUnaligned(bytes, length);
                claimed.Commit();
                GC.KeepAlive(_queue);
                return any;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Before anything is claimed: what can be known not to go. True if it is known to fit.</summary>
    private bool ThrowIfUnsendable(in TMessage message)
    {
        if (message is null) throw new ArgumentNullException(nameof(message), "A message is never null: a consumer could not tell it from none.");
        if (!TSerializer.TryGetSize(message, out int bytes)) return false;
        if (bytes <= MaxBytes) return true;
        _queue.ThrowIfDisposed();
        throw SlotBufferWriter.TooLarge(_queue.Name, MaxBytes);
    }

    private void Send(SlotWriter<TSlot> slot, in TMessage message)
    {
        // Disposed without a commit, the claim is given up.
        using SlotWriter<TSlot> claimed = slot;
        // The claim keeps the slot ours, and the queue keeps it mapped, until the writer is committed or disposed.
        byte* bytes = (byte*)Unsafe.AsPointer(ref claimed.Value);
        Unsafe.WriteUnaligned(bytes, Write(message, bytes + sizeof(int)));
        claimed.Commit();
        GC.KeepAlive(_queue);
    }

    /// <param name="message">What to serialize.</param>
    /// <param name="bytes">Where to. Precondition: room for <see cref="MaxBytes"/> until this returns.</param>
    /// <returns>How many bytes it took.</returns>
    private int Write(in TMessage message, byte* bytes)
    {
        SlotBufferWriter destination = SlotBufferWriter.Rent(bytes, MaxBytes, _queue.Name);
        try
        {
            TSerializer.Serialize(message, destination);
            // A serializer may have caught what the destination threw.
            return destination.Overflowed ? throw destination.TooLarge() : destination.Written;
        }
        finally
        {
            destination.Return();
        }
    }

    /// <summary>What is thrown here must not be taken for what a serializer throws: that would mean that nothing was sent.</summary>
    private TMessage DeserializeDisplaced(in BytesReader reader)
    {
        try
        {
            return Deserialize(reader);
        }
        catch (Exception e)
        {
            throw new ShmQueueDisplacedMessageException(_queue.Name, e);
        }
    }

    private TMessage Deserialize(in BytesReader reader) => SerializedBytes.Read<TMessage, TSerializer>(reader, _queue.Name, MaxBytes);
}
