using TypedShmQueue.Async;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>
/// One end of a handle, or of a subscription, as its waiting calls see it: where they park, how they pace themselves, and what a status
/// means to them.
/// </summary>
/// <param name="handle">The handle.</param>
/// <param name="target">Where they park.</param>
/// <param name="pacing">How they wait before they park.</param>
/// <param name="operation">What they do, for metrics.</param>
internal abstract class WaitingEnd(QueueCore handle, WakeTarget target, Pacing pacing, string operation)
{
    private int _waiting;

    public QueueCore Handle => handle;

    public WakeTarget Target => target;

    public Pacing Pacing => pacing;

    /// <summary>The pending asynchronous calls, in their order.</summary>
    public abstract AsyncGate Line { get; }

    /// <summary>Where this end is in the queue; a hint.</summary>
    public abstract long Position { get; }

    /// <summary>Whether a call is waiting on some thread.</summary>
    public bool AnyWaiting => Volatile.Read(ref _waiting) != 0;

    /// <summary>
    /// Acts on a status that is neither success nor waiting, and returns if the call should be tried again; or throws what it means.
    /// </summary>
    public abstract void Resolve(RingStatus status);

    /// <summary>
    /// The end of the messages that are there and that this end does not see, because they are not committed; 0 if it waits for none.
    /// </summary>
    public virtual long UncommittedEnd => 0;

    /// <summary>
    /// Waits a while until everything below a position is committed, and commits if nobody else does. Then the caller looks again, also
    /// because its end may be disposed meanwhile.
    /// </summary>
    /// <exception cref="ShmQueueDurabilityException">The disk does not take it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void WaitForCommit(long end, Deadline deadline, CancellationToken cancellationToken) =>
        _ = handle.Session.Committer!.WaitForLimit(end, deadline.AtMost(ParkLength.Longest), cancellationToken);

    /// <summary>
    /// Looks into what holds a waiting call up: nothing, a live peer, the queue's end, or a dead peer, whose claim is resolved here.
    /// </summary>
    public abstract RingStatus Investigate();

    /// <summary>How long a call of this end may park now. To be asked after <see cref="Investigate"/>, which may find a claim.</summary>
    public abstract TimeSpan LongestPark { get; }

    /// <summary>
    /// What a pending call does after a try that was not Done. True: it tries again. False: it waits. Throws what the status means if it is
    /// neither.
    /// </summary>
    /// <param name="status">How the try ended.</param>
    /// <param name="closely">Whether to find out what holds the queue up.</param>
    public bool LooksAgain(RingStatus status, bool closely)
    {
        if (status == RingStatus.Blocked) status = LookInto(closely);
        if (status == RingStatus.Blocked) return false;
        if (status != RingStatus.Done) Resolve(status);
        return true;
    }

    /// <summary>What can be done about a try that was Blocked. Done: try again.</summary>
    protected virtual RingStatus LookInto(bool closely) => closely ? Investigate() : RingStatus.Blocked;

    /// <summary>
    /// A call that had parked goes. One wake may stand for several messages or slots, or was meant for another: passes it on.
    /// </summary>
    public abstract void PassWakeOn(bool done);

    /// <summary>A call begins to wait: stays away as long as it pays, often not at all.</summary>
    public virtual void BeginPacing() => Pacing.Begin(Position);

    /// <summary>
    /// The ends whose calls this thread has begun to wait in and not ended: a call may run a serializer, which may make another.
    /// </summary>
    [ThreadStatic]
    private static List<WaitingEnd>? t_waitedOn;

    /// <summary>A call begins to wait on this thread. Allocates once in a thread's life.</summary>
    public void BeginWait()
    {
        (t_waitedOn ??= new(4)).Add(this);
        Interlocked.Increment(ref _waiting);
    }

    /// <summary>
    /// A serializer cannot dispose of the handle whose call runs it, once that call has begun to wait: the end would wait for that call.
    /// </summary>
    /// <exception cref="InvalidOperationException">This thread is in a call of this handle that waits.</exception>
    public static void ThrowIfWaitedByThisThread(QueueCore handle)
    {
        if (t_waitedOn?.Exists(end => end.Handle == handle) == true) throw InItsOwnCall(handle.Name);
    }

    /// <inheritdoc cref="ThrowIfWaitedByThisThread(QueueCore)"/>
    public void ThrowIfWaitedByThisThread()
    {
        if (t_waitedOn?.Contains(this) == true) throw InItsOwnCall(Handle.Name);
    }

    private static InvalidOperationException InItsOwnCall(string queue) => new($"A serializer disposes of the handle or the subscription " +
        $"of the queue '{queue}' whose call runs it. Do so after the call.");

    public void EndWait(long took)
    {
        Interlocked.Decrement(ref _waiting);
        t_waitedOn!.RemoveAt(t_waitedOn.Count - 1);
        GC.KeepAlive(handle.Session);
        Waited(took);
    }

    /// <summary>
    /// D1: from here to <see cref="EndLook"/> this end's Dispose waits, as for a call that waits. Whoever looks next finds that it was
    /// disposed before.
    /// </summary>
    public void BeginLook() => Interlocked.Increment(ref _waiting);

    public void EndLook()
    {
        Interlocked.Decrement(ref _waiting);
        GC.KeepAlive(handle.Session);
    }

    public void Waited(long took) => LateMeter.Waited(handle.Session.Observed, operation, took);

    public virtual void ThrowIfDisposed() => handle.ThrowIfDisposed();
}
