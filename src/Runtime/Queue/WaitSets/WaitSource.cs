using TypedShmQueue.Async;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue.WaitSets;

/// <summary>One member of a wait set: how it is looked at, and its gate. All members are under the set's lock, except those of
/// <see cref="IWatched"/>.</summary>
/// <param name="set">The set.</param>
/// <param name="waitable">What was added.</param>
/// <param name="end">Its end that takes.</param>
internal sealed class WaitSource(ShmWaitSet set, IShmWaitable waitable, ConsumerEnd end) : WatchedGate(end.Target), IWatched
{
    public IShmWaitable Waitable => waitable;

    public ConsumerEnd End => end;

    /// <summary>Whether the dispatcher has it.</summary>
    public bool IsWatched { get; set; }

    /// <inheritdoc/>
    public TimeSpan LongestPark { get; private set; } = ParkLength.Longest;

    /// <summary>
    /// Whether a call that takes would not just find nothing. What a look throws, that call comes to by itself: its caller learns it there.
    /// </summary>
    public bool IsReady(bool closely)
    {
        try
        {
            if (end.Look(closely) != RingStatus.Blocked) return true;
            if (closely) LongestPark = end.LongestPark;
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public bool Serve(bool closely)
    {
        PendingWait? over = null;
        bool stays;
        lock (set.Guard) stays = Serve(closely, ref over);
        Steps.At("wait set: served");
        over?.Signal();
        return stays;
    }

    /// <inheritdoc/>
    protected override void PassWakeOn() => end.PassWakeOn(done: false);

    private bool Serve(bool closely, ref PendingWait? over)
    {
        // Between two waits it stays for a while, and is not looked at: the next one finds it watched, and its announcement standing.
        if (!set.IsPending || IsRemoved) return (!closely && !IsRemoved && Stands) || Unwatch();
        while (true)
        {
            if (!closely && IsQuiet) return true;
            if (IsReady(closely))
            {
                over = set.EndPending();
                return Unwatch();
            }

            FoundNothing();
            if (Stands) return true;
            AnnounceUnfenced();
            ManyGates.Fence([this]); // E3: the next look is the second one
            closely = true;
        }
    }

    private bool Unwatch()
    {
        Leave();
        IsWatched = false;
        return false;
    }
}
