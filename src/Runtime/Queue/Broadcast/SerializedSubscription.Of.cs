using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>A subscription to slots of bytes, and the serializer that makes messages of them.</summary>
/// <remarks>
/// The bytes are copied out before they are known to be whole, as producers may overtake the subscription, and the copy is deserialized. So
/// no serializer and no predicate ever sees a torn message, and none keeps producers waiting.
/// </remarks>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSerializer">Reads it.</typeparam>
/// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
/// <param name="slots">The subscription to the slots; disposing this one disposes it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class SerializedSubscription<TMessage, TSerializer, TSlot>(Subscription<TSlot> slots) : SerializedSubscription<TMessage>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
{
    private static int MaxBytes => sizeof(TSlot) - sizeof(int);

    /// <inheritdoc/>
    public override string? Name => slots.Name;

    /// <inheritdoc/>
    public override long Position => slots.Position;

    /// <inheritdoc/>
    public override long Missed => slots.Missed;

    /// <inheritdoc/>
    public override long Lag => slots.Lag;

    /// <inheritdoc/>
    public override bool IsCompleted => slots.IsCompleted;

    /// <inheritdoc/>
    public override TMessage Dequeue(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        slots.GatherIfDue(Pacing.MessagesToGather);
        BytesReader reader = new(MaxBytes);
        try
        {
            if (!slots.TryTake(ref reader)) _ = slots.TryTake(ref reader, Deadline.Never, completedIsNone: false, cancellationToken);
            return Deserialize(reader);
        }
        finally
        {
            reader.Return();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no room for one.</exception>
    public override int Dequeue(Span<TMessage> destination, CancellationToken cancellationToken)
    {
        ThrowIfNoRoom(destination);
        destination[0] = Dequeue(cancellationToken);
        return 1 + TakeMore(destination[1..]);
    }

    /// <inheritdoc/>
    public override bool TryDequeue([MaybeNullWhen(false)] out TMessage message)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            bool taken = slots.TryTake(ref reader);
            message = taken ? Deserialize(reader) : default;
            return taken;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <inheritdoc/>
    public override bool TryDequeue([MaybeNullWhen(false)] out TMessage message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        BytesReader reader = new(MaxBytes);
        try
        {
            bool taken = slots.TryTake(ref reader) || slots.TryTake(ref reader, deadline, completedIsNone: true, CancellationToken.None);
            message = taken ? Deserialize(reader) : default;
            return taken;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <inheritdoc/>
    public override int TryDequeue(Span<TMessage> destination)
    {
        if (!destination.IsEmpty) return TryDequeue(out destination[0]!) ? 1 + TakeMore(destination[1..]) : 0;
        slots.ThrowIfDisposed();
        return 0;
    }

    /// <inheritdoc/>
    public override TMessage Dequeue(MessagePredicate<TMessage> predicate, CancellationToken cancellationToken)
    {
        TMessage message = default!;
        _ = Take(predicate, new Span<TMessage>(ref message), cancellationToken);
        return message;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no room for one.</exception>
    public override int Dequeue(MessagePredicate<TMessage> predicate, Span<TMessage> destination, CancellationToken cancellationToken)
    {
        ThrowIfNoRoom(destination);
        return Take(predicate, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public override bool TryDequeue(MessagePredicate<TMessage> predicate, [MaybeNullWhen(false)] out TMessage message)
    {
        message = default;
        return TryDequeue(predicate, new Span<TMessage>(ref message!)) > 0;
    }

    /// <inheritdoc/>
    public override bool TryDequeue(MessagePredicate<TMessage> predicate, [MaybeNullWhen(false)] out TMessage message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        if (TryDequeue(predicate, out message)) return true;
        FilterCall call = new(this, predicate, new Span<TMessage>(ref message!));
        _ = slots.Wait(ref call, passesOver: true, deadline, completedIsNone: true, CancellationToken.None);
        return call.Taken > 0;
    }

    /// <inheritdoc/>
    public override int TryDequeue(MessagePredicate<TMessage> predicate, Span<TMessage> destination)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        if (!destination.IsEmpty)
        {
            RingStatus status = LookAndFilter(predicate, destination, out int taken);
            if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) slots.Throw(status);
            return taken;
        }

        slots.ThrowIfDisposed();
        return 0;
    }

    /// <inheritdoc/>
    public override bool TryPeek([MaybeNullWhen(false)] out TMessage message)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            bool found = slots.TryPeek(ref reader, out _);
            message = found ? Deserialize(reader) : default;
            return found;
        }
        finally
        {
            reader.Return();
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => slots.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Dispose() => slots.Dispose();

    private static void ThrowIfNoRoom(Span<TMessage> destination)
    {
        if (destination.IsEmpty) throw new ArgumentException("The destination has no room for a message; give at least one element.", nameof(destination));
    }

    private TMessage Deserialize(in BytesReader reader) => SerializedBytes.Read<TMessage, TSerializer>(reader, slots.QueueName, MaxBytes);

    /// <summary>
    /// One is taken already, and whatever is the matter with the others, the caller gets it. So each of them is taken only once it has become
    /// a message: one that cannot be read ends the batch and stays the next, and the call that comes to it is told.
    /// </summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is thrown again by the call that comes to that message next; here it would cost the messages before it.")]
    private int TakeMore(Span<TMessage> destination)
    {
        int taken = 0;
        BytesReader reader = new(MaxBytes);
        try
        {
            while (taken < destination.Length && slots.TryPeek(ref reader, out long position))
            {
                TMessage message = Deserialize(reader);
                slots.TakePeeked(position);
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

    private int Take(MessagePredicate<TMessage> predicate, Span<TMessage> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        slots.GatherIfDue(destination.Length);
        int taken = TryDequeue(predicate, destination);
        if (taken > 0) return taken;
        FilterCall call = new(this, predicate, destination);
        _ = slots.Wait(ref call, passesOver: true, Deadline.Never, completedIsNone: false, cancellationToken);
        return call.Taken;
    }

    /// <summary>
    /// Takes as many messages as are there, match and fit, and passes over those that do not match, a lap of them at most. Blocked: none
    /// matched so far.
    /// </summary>
    /// <remarks>
    /// What the predicate throws goes to the caller, and its message stays the next; a message that cannot be read is dropped. Where others
    /// were taken before, they go to the caller, and it is thrown by the next call.
    /// </remarks>
    private RingStatus LookAndFilter(MessagePredicate<TMessage> predicate, Span<TMessage> destination, out int taken)
    {
        taken = 0;
        int asked = slots.BeginAsking();
        BytesReader reader = new(MaxBytes);
        try
        {
            long end = slots.Ring.Position + slots.Capacity;
            while (taken < destination.Length && slots.Ring.Position < end)
            {
                RingStatus status = slots.Ring.TryPeek(ref reader, out long position);
                if (status != RingStatus.Done) return taken > 0 ? RingStatus.Done : status;
                TMessage message = DeserializeOrDrop(reader, position, drops: taken == 0);
                bool matches = predicate(in message);
                slots.TakePeeked(position);
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
            slots.EndAsking(asked);
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
            slots.TakePeeked(position);
            throw;
        }
    }

    private ref struct FilterCall(SerializedSubscription<TMessage, TSerializer, TSlot> subscription, MessagePredicate<TMessage> predicate, Span<TMessage> destination) : IRingCall
    {
        private readonly Span<TMessage> _destination = destination;
        private int _taken;

        public readonly int Taken => _taken;

        public RingStatus Try() => subscription.LookAndFilter(predicate, _destination, out _taken);
    }
}
