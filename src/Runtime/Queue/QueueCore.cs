using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>One handle on one queue, whatever its messages: its state, its two gates, and how it ends.</summary>
internal abstract class QueueCore : IDisposable
{
    private readonly Gate _notEmpty;
    private readonly Gate _notFull;

    protected QueueCore(Session session)
    {
        Session = session;
        _notEmpty = session.NotEmpty.Gate;
        _notFull = session.NotFull.Gate;
    }

    public Session Session { get; }

    public string Name => Session.Name;

    public int Capacity => Session.Geometry.Capacity;

    /// <summary>Messages at this instant, those being written included.</summary>
    public virtual int Count
    {
        get
        {
            ThrowIfDisposed();
            // Head first: it only grows, so the difference is never negative for lack of order; one producer's tail may lag behind it.
            long head = Volatile.Read(ref Session.Ring.Head);
            long tail = Session.Tail;
            return (int)Math.Clamp(tail - head, 0, Capacity);
        }
    }

    public bool IsDeleted
    {
        get
        {
            ThrowIfDisposed();
            return Session.IsDeleted;
        }
    }

    public abstract bool IsCompleted { get; }

    /// <summary>The end that sends, whatever a slot holds.</summary>
    public abstract ProducerEnd Sending { get; }

    /// <summary>
    /// Sends a message that is known by its bytes only, if there is room. Wakes nobody. Precondition: the bytes fit a slot; those of an
    /// unmanaged message fill it.
    /// </summary>
    /// <param name="message">The bytes.</param>
    /// <param name="hasLength">Whether the slot says how many there are, as it does for serialized messages.</param>
    /// <param name="claimed">Gets the position after it is claimed and before the message is there.</param>
    public abstract RingStatus TrySendBytes(ReadOnlySpan<byte> message, bool hasLength, ref long claimed);

    /// <summary>
    /// What became of a claim whose claimer is dead: see <see cref="MessageRing{T, TProducers, TConsumers, TMemory}.WasPublished"/>.
    /// </summary>
    public abstract bool? WasPublished(long position);

    public abstract ShmQueueStatistics GetStatistics();

    public abstract void Complete();

    public void Delete()
    {
        ThrowIfDisposed();
        Session.Delete();
    }

    public void Flush()
    {
        ThrowIfDisposed();
        Session.Flush();
    }

    /// <summary>
    /// A mark is never beyond what was sent. One that is would be waited for until that much is sent, which may be never.
    /// </summary>
    /// <exception cref="ArgumentException">It is beyond.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public void ThrowIfForeign(CommitMark mark)
    {
        long sent = Session.Tail;
        if (mark.Limit <= sent) return;
        ThrowIfDisposed(); // what was read may be zero pages
        throw new ArgumentException($"The mark is of another queue, or of one that was deleted: it stands for the first " +
            $"{mark.Limit - Capacity} messages, and {sent - Capacity} were ever sent to '{Name}'. Take marks from a handle of the queue " +
            $"that you wait for.", nameof(mark));
    }

    public InvalidOperationException HasNoJournal() => new($"The queue '{Name}' is not durable, so nothing in it is ever committed. " +
        $"Create it with ShmQueueOptions.Durability = Durability.Committed.");

    public abstract void Dispose();

    public abstract void ThrowIfDisposed();

    /// <summary>By the queue's name: users know the emitted type and the name that they gave, not this class.</summary>
    public ObjectDisposedException WasDisposed() => new(Name, $"This handle of the queue '{Name}' was disposed. Open the queue again.");

    /// <summary>
    /// E3: something was published. Wakes so many of those who are parked for it; the common case, nobody, costs one load.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Sent(int receivers)
    {
        _notEmpty.Wake(receivers); // E3
        GC.KeepAlive(this);
    }

    /// <summary>E4: so many slots were freed. Wakes so many producers, if any are parked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Took(int slots)
    {
        _notFull.Wake(slots); // E4
        GC.KeepAlive(this);
    }
}
