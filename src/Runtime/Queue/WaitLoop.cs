using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>One try of what a call waits to do. Waiting is the same, whatever becomes of the message.</summary>
internal interface IWaitingCall
{
    /// <summary>Tries once. Done: it is done, and whoever waits for that has been woken.</summary>
    RingStatus Try();
}

/// <summary>How every blocking call waits: eager looks, then looks with pauses, then parked.</summary>
internal static class WaitLoop
{
    /// <summary>Waits until the call is done. False: the deadline has passed, or the end has come and the caller accepts it.</summary>
    /// <param name="end">Whose call it is.</param>
    /// <param name="call">What is tried.</param>
    /// <param name="passesOver">Whether a try may end with messages left to look at, so that waiting for them is not what ends the
    /// call.</param>
    /// <param name="deadline">The longest wait.</param>
    /// <param name="completedIsFalse">Whether the queue's end is false, or an exception.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static bool Run<TCall>(WaitingEnd end, ref TCall call, bool passesOver, Deadline deadline, bool completedIsFalse,
        CancellationToken cancellationToken)
        where TCall : struct, IWaitingCall, allows ref struct
    {
        Pacing pacing = end.Pacing;
        end.BeginPacing();
        for (int i = 0; i < Pacing.EagerLooks && pacing.SpinsAtAll; i++)
        {
            RingStatus status = call.Try();
            if (status == RingStatus.Done)
            {
                pacing.End(end.Position);
                return true;
            }

            if (status != RingStatus.Blocked) break;
            if (passesOver && IsOver(deadline, cancellationToken)) return false;
        }

        return Park(end, ref call, passesOver, deadline, completedIsFalse, cancellationToken);
    }

    private static bool Park<TCall>(WaitingEnd end, ref TCall call, bool passesOver, Deadline deadline, bool completedIsFalse,
        CancellationToken cancellationToken)
        where TCall : struct, IWaitingCall, allows ref struct
    {
        Waiter waiter = new(end.Target, end.Pacing, deadline, cancellationToken, ref end.Handle.Session.Ring.Tail);
        bool done = false, looksAgain = false;
        end.BeginWait();
        try
        {
            while (true)
            {
                RingStatus status = call.Try();
                if (status == RingStatus.Blocked && end.UncommittedEnd is > 0 and var uncommitted)
                {
                    if (IsOver(deadline, cancellationToken)) return false;
                    end.WaitForCommit(uncommitted, deadline, cancellationToken);
                    continue;
                }

                // Before parking: is the queue at its end, or did whoever holds this call up die?
                if (status == RingStatus.Blocked && waiter.IsAboutToPark)
                {
                    status = end.Investigate();
                    if (status == RingStatus.Done)
                    {
                        // One more try is due. If it finds nothing either, others were faster, and may be so for any time.
                        if ((passesOver || looksAgain) && IsOver(deadline, cancellationToken)) return false;
                        looksAgain = true;
                        continue;
                    }

                    if (status == RingStatus.Blocked) waiter.LongestPark = end.LongestPark;
                }

                looksAgain = false;
                if (status == RingStatus.Done) return done = true;
                if (status == RingStatus.Completed && completedIsFalse) return false;
                if (status != RingStatus.Blocked) end.Resolve(status);
                else if (!waiter.TryNext()) return false;
            }
        }
        finally
        {
            waiter.End();
            if (waiter.Parked > 0) end.PassWakeOn(done);
            end.Pacing.End(end.Position, waiter.Elapsed);
            end.EndWait(waiter.Elapsed);
        }
    }

    private static bool IsOver(Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return deadline.HasPassed;
    }
}
