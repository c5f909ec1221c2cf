using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

public sealed partial class Subscription<T> where T : unmanaged
{
    /// <summary>Takes the next message if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue(out T message)
    {
        RingStatus status = _ring.TryDequeue(out message);
        if (status == RingStatus.Done)
        {
            _notFull.Wake(1); // E4
            return true;
        }

        if (status is not (RingStatus.Blocked or RingStatus.Completed)) Throw(status);
        return false;
    }

    /// <summary>Takes the next message; waits for one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Dequeue(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) cancellationToken.ThrowIfCancellationRequested();
        GatherIfDue(Pacing.MessagesToGather);
        if (_ring.TryDequeue(out T message) == RingStatus.Done) _notFull.Wake(1); // E4
        else _ = Wait(null, new Span<T>(ref message), Deadline.Never, completedIsNone: false, cancellationToken);
        return message;
    }

    /// <summary>Takes the next message; waits for one until the timeout.</summary>
    public bool TryDequeue(out T message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryDequeue(out message) || Wait(null, new Span<T>(ref message), deadline, completedIsNone: true, CancellationToken.None) > 0;
    }

    /// <summary>Takes what there is and fits.</summary>
    public int TryDequeue(Span<T> destination) => TryTake(null, destination);

    /// <summary>Takes at least one message.</summary>
    /// <exception cref="ArgumentException">There is no room for one.</exception>
    public int Dequeue(Span<T> destination, CancellationToken cancellationToken) => Take(null, destination, cancellationToken);

    /// <summary>Takes the next message that matches, if there is one.</summary>
    public bool TryDequeue(MessagePredicate<T> predicate, out T message)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        message = default;
        return TryTake(predicate, new Span<T>(ref message)) > 0;
    }

    /// <summary>Takes the next message that matches; waits for one.</summary>
    public T Dequeue(MessagePredicate<T> predicate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        T message = default;
        _ = Take(predicate, new Span<T>(ref message), cancellationToken);
        return message;
    }

    /// <summary>Takes the next message that matches; waits for one until the timeout.</summary>
    public bool TryDequeue(MessagePredicate<T> predicate, out T message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryDequeue(predicate, out message)
            || Wait(predicate, new Span<T>(ref message), deadline, completedIsNone: true, CancellationToken.None) > 0;
    }

    /// <summary>Takes what there is, matches and fits.</summary>
    public int TryDequeue(MessagePredicate<T> predicate, Span<T> destination)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return TryTake(predicate, destination);
    }

    /// <summary>Takes at least one message that matches.</summary>
    /// <exception cref="ArgumentException">There is no room for one.</exception>
    public int Dequeue(MessagePredicate<T> predicate, Span<T> destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Take(predicate, destination, cancellationToken);
    }

    /// <summary>Reads the next message without taking it.</summary>
    public bool TryPeek(out T message)
    {
        RingStatus status = _ring.TryPeek(out message);
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) Throw(status);
        return status == RingStatus.Done;
    }

    /// <summary>Finds messages to be read in their slots.</summary>
    public bool TryRead(out SlotReader<T> reader, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        RingStatus status = _ring.TryRead(most, out long first, out int count);
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) Throw(status);
        reader = status == RingStatus.Done ? new SlotReader<T>(this, first, count) : default;
        return status == RingStatus.Done;
    }

    internal ref readonly T MessageAt(long position) => ref _ring.MessageAt(position);

    internal bool Release(long first, int count)
    {
        RingStatus status = _ring.TryRelease(first, count);
        if (status == RingStatus.Done) _notFull.Wake(1); // E4
        else if (status != RingStatus.Blocked) Throw(status);
        return status == RingStatus.Done;
    }

    private int TryTake(MessagePredicate<T>? predicate, Span<T> destination)
    {
        if (destination.IsEmpty)
        {
            ThrowIfDisposed();
            return 0;
        }

        RingStatus status = Look(predicate, destination, out int taken);
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) Throw(status);
        return taken;
    }

    private int Take(MessagePredicate<T>? predicate, Span<T> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty) throw new ArgumentException("The destination has no room for a message; give at least one element.", nameof(destination));
        cancellationToken.ThrowIfCancellationRequested();
        GatherIfDue(destination.Length);
        int taken = TryTake(predicate, destination);
        return taken > 0 ? taken : Wait(predicate, destination, Deadline.Never, completedIsNone: false, cancellationToken);
    }

    /// <summary>One look, which takes what is there. Also wakes producers for what was passed over.</summary>
    private RingStatus Look(MessagePredicate<T>? predicate, Span<T> destination, out int taken)
    {
        if (predicate == null)
        {
            RingStatus status = _ring.TryDequeue(destination, out taken);
            if (taken > 0) _notFull.Wake(1); // E4
            return status;
        }

        long before = _ring.Position;
        int asked = BeginAsking();
        try
        {
            return _ring.TryDequeue(predicate, destination, out taken);
        }
        finally
        {
            EndAsking(asked);
            if (_ring.Position != before) _notFull.Wake(1); // E4
        }
    }

    /// <summary>Waits until at least one message was taken. 0: the deadline has passed, or the end has come and may.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Wait(MessagePredicate<T>? predicate, Span<T> destination, Deadline deadline, bool completedIsNone, CancellationToken cancellationToken)
    {
        TakeCall call = new(this, predicate, destination);
        _ = Wait(ref call, passesOver: predicate != null, deadline, completedIsNone, cancellationToken);
        return call.Taken;
    }

    private ref struct TakeCall(Subscription<T> subscription, MessagePredicate<T>? predicate, Span<T> destination) : IRingCall
    {
        private readonly Span<T> _destination = destination;
        private int _taken;

        public readonly int Taken => _taken;

        public RingStatus Try() => subscription.Look(predicate, _destination, out _taken);
    }
}
