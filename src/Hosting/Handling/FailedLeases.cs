using Microsoft.Extensions.Logging;
using TypedShmQueue.Hosting.Logging;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>Settles messages whose handler threw, by the policy of the service, and logs what became of them.</summary>
internal sealed class FailedLeases<T>(HandlerPlace at, LeasePolicy policy, string? deadLetterQueue, ILogger logger)
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Whether the service goes on.</summary>
    /// <param name="leases">What was in the handler's hands.</param>
    /// <param name="error">What it threw.</param>
    public bool Settle(ReadOnlySpan<ShmLease<T>> leases, Exception error)
    {
        Interlocked.Add(ref _count, leases.Length);
        Span<int> fates = stackalloc int[(int)Fate.Dropped + 1];
        int late = 0;
        TimeSpan longest = TimeSpan.Zero;
        ShmQueueDeadLetterException? refusal = null;
        foreach (ref readonly ShmLease<T> lease in leases)
        {
            Fate fate = policy.After(lease.Deliveries);
            TimeSpan delay = policy.DelayAfter(lease.Deliveries);
            try
            {
                if (!TrySettle(in lease, fate, delay))
                {
                    late++;
                    continue;
                }

                fates[(int)fate]++;
                if (fate == Fate.Retried && delay > longest) longest = delay;
            }
            catch (ShmQueueDeadLetterException e)
            {
                refusal = e; // the message comes back after a while
            }
        }

        // All are settled: what a log throws costs no message.
        Log(fates, longest, error);
        if (late > 0) logger.MessagesLate(at.Handler, late, at.Queue);
        if (refusal != null) logger.DeadLetterRefused(new AggregateException(error, refusal), at.Handler, refusal.Message);
        return policy.GoesOn;
    }

    /// <summary>False: it is somebody else's already, since the stop gave it back, the queue was closed, or its time was over.</summary>
    private static bool TrySettle(in ShmLease<T> lease, Fate fate, TimeSpan delay)
    {
        try
        {
            switch (fate)
            {
                case Fate.Dropped:
                    return lease.Acknowledge();
                case Fate.DeadLettered:
                    lease.Reject();
                    return true;
                case Fate.Retried:
                    lease.Abandon(delay);
                    return true;
                default:
                    lease.Abandon();
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Log(ReadOnlySpan<int> fates, TimeSpan delay, Exception error)
    {
        if (fates[(int)Fate.GivenBack] is > 0 and var givenBack) logger.MessagesGivenBack(error, at.Handler, givenBack, at.Queue);
        if (fates[(int)Fate.Retried] is > 0 and var retried) logger.MessagesRetried(error, at.Handler, retried, at.Queue, delay);
        if (fates[(int)Fate.Dropped] is > 0 and var dropped) logger.MessagesSkipped(error, at.Handler, dropped, at.Queue);
        if (fates[(int)Fate.DeadLettered] is > 0 and var dead)
            logger.MessagesDeadLettered(error, at.Handler, dead, at.Queue, deadLetterQueue!);
    }
}
