using System.Diagnostics;
using System.Runtime.CompilerServices;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>The end of a handle that takes, or a subscription.</summary>
internal abstract class ConsumerEnd : WaitingEnd
{
    private readonly Func<long, bool> _isPublished;
    private long _idleSince;

    /// <summary>No position, before anything is known.</summary>
    private long _idleAt = -1;

    protected ConsumerEnd(QueueCore handle, Pacing pacing, Func<long, bool> isPublished)
        : base(handle, handle.Session.NotEmpty, pacing, "dequeue") => _isPublished = isPublished;

    /// <inheritdoc/>
    public override long UncommittedEnd
    {
        get
        {
            VisibleEnd visible = Handle.Session.Visible;
            long end = 0;
            if (visible.IsLimited)
            {
                long position = Position;
                if (_isPublished(position) && !visible.Covers<HardwareMemory>(position)) end = position + 1;
                GC.KeepAlive(Handle);
            }

            return end;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Threads that share this end do so without care: what they mix up makes a park shorter or longer, within the limits of
    /// <see cref="ParkLength"/>.
    /// </remarks>
    public sealed override TimeSpan LongestPark
    {
        get
        {
            long position = Position;
            long claimMetAt = HeldUp.ClaimMetAt(position);
            GC.KeepAlive(Handle);
            if (claimMetAt != 0) return ParkLength.AtClaim(claimMetAt);
            if (WaitsForOthers) return ParkLength.Longest;
            if (Volatile.Read(ref _idleAt) == position) return ParkLength.WhenIdle(_idleSince);
            _idleSince = Stopwatch.GetTimestamp();
            Volatile.Write(ref _idleAt, position);
            return ParkLength.Longest;
        }
    }

    /// <summary>
    /// Whether what this end waits for may come to it by nobody's wake, although no claim is in its way: for a look at the right time.
    /// </summary>
    protected virtual bool WaitsForOthers => Handle.Session.Visible.IsLimited;

    /// <summary>What holds this end up.</summary>
    protected abstract ref HeldUp HeldUp { get; }

    /// <summary>The position at which to see to it that several messages are there before one is taken; a hint.</summary>
    protected abstract ref long GatherAt { get; }

    /// <summary>Whether a message may be there. Takes nothing.</summary>
    public abstract RingStatus Find();

    /// <summary>Looks on behalf of one who takes by another call. Blocked: nothing is there, and the end has not come.</summary>
    /// <param name="closely">Whether to find out too what holds the queue up.</param>
    public RingStatus Look(bool closely)
    {
        if (!closely) return Find();
        BeginLook();
        try
        {
            RingStatus status = Find();
            if (status == RingStatus.Blocked) status = Investigate();
            if (status != RingStatus.Done) return status;
            // Something was in the way, and is not any more; or there is a message.
            status = Find();
            return status == RingStatus.Blocked ? Investigate() : status;
        }
        finally
        {
            EndLook();
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// What is there and not committed is no reason to look again: it would be found again and again. A call that comes here without a
    /// thread, or is about to park, has somebody commit, and is woken.
    /// </remarks>
    public sealed override RingStatus Investigate()
    {
        if (UncommittedEnd is not (> 0 and var end)) return InvestigateRing();
        Handle.Session.OnUncommitted(end);
        return RingStatus.Blocked;
    }

    /// <summary><see cref="Investigate"/>, where nothing waits for a commit.</summary>
    protected abstract RingStatus InvestigateRing();

    /// <summary>In a stream, lets some messages gather before one is taken.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Gather() => GatherAt = Pacing.Gather(Position, _isPublished);

    /// <inheritdoc/>
    public override void BeginPacing()
    {
        long began = Position;
        GatherAt = began + (Pacing.Begin(began) ? 0 : Pacing.LongRun);
    }
}
