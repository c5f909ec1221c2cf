using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>
/// A lane with leases of its own: any number of lanes take at a time, and nothing is taken ahead. A message is read when the lane has its
/// lease, so that one that cannot be read is met by the policy, as one whose handler threw.
/// </summary>
internal sealed class LeasingLane<T>(LeasedQueue<T> queue, IShmTaker<ShmLease<T>> taker, FailedLeases<T> failed, TakenMessages<T> messages)
    : Lane<T>(messages)
{
    /// <summary>How long a lane waits while all leases are taken.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly ShmLease<T>[] _leases = new ShmLease<T>[messages.Room.Length];
    // How many leases the handler's call has: written after them, and cleared before they are settled. GiveBack comes from another thread.
    private int _inHand;
    private bool _waits;

    public override async ValueTask<bool> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_waits)
            {
                _waits = false;
                await Task.Delay(s_pause, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                _leases[0] = await taker.TakeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ShmQueueCompletedException)
            {
                return false;
            }
            catch (ShmQueueDeadLetterException e)
            {
                queue.Refused(e); // that message comes back after a while; those behind it are there to be taken
                continue;
            }
            catch (ShmQueueLimitException e) when (e.Limit == ShmQueueLimit.Leases)
            {
                _waits = true;
                queue.Waits(e, s_pause);
                continue;
            }

            int count = 1 + TakeMore();
            // What the stop finds before it has begun goes back.
            if (cancellationToken.IsCancellationRequested) GiveBack(count);
            cancellationToken.ThrowIfCancellationRequested();
            count = Read(count);
            if (count == 0) continue;
            Messages.Count = count;
            Messages.Delivery = new ShmDelivery(_leases[0].Position, _leases[0].Deliveries);
            Volatile.Write(ref _inHand, count);
            return true;
        }
    }

    public override void Handled()
    {
        int count = Interlocked.Exchange(ref _inHand, 0);
        int late = Messages.Count - count;
        for (int i = 0; i < count; i++)
        {
            if (!TryAcknowledge(in _leases[i])) late++;
        }

        if (late > 0) queue.Late(late);
    }

    public override ValueTask<bool> FailedAsync(Exception error, CancellationToken hurry)
    {
        int count = Interlocked.Exchange(ref _inHand, 0);
        if (!hurry.IsCancellationRequested) return ValueTask.FromResult(failed.Settle(_leases.AsSpan(0, count), error));
        // The stop has interrupted the call, or may have: that is no failure of its messages.
        GiveBack(count);
        if (count > 0) queue.Interrupted(count, error);
        return ValueTask.FromResult(true);
    }

    public override void GiveBack()
    {
        int count = Interlocked.Exchange(ref _inHand, 0);
        GiveBack(count);
        if (count > 0) queue.Interrupted(count, null);
    }

    private void GiveBack(int count)
    {
        for (int i = 0; i < count; i++) _leases[i].Dispose();
    }

    private int TakeMore()
    {
        if (_leases.Length == 1) return 0;
        try
        {
            return taker.TryTake(_leases.AsSpan(1));
        }
        catch (ShmQueueException)
        {
            return 0; // one is taken; the next call meets it
        }
    }

    /// <summary>Reads what was taken. Keeps the leases of what can be read, and returns how many.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "Whatever keeps a message from being read, its serializer too, is met by the policy.")]
    private int Read(int count)
    {
        int read = 0;
        for (int i = 0; i < count; i++)
        {
            ShmLease<T> lease = _leases[i];
            try
            {
                lease.CopyTo(out Messages.Room[read]);
                _leases[read++] = lease;
            }
            catch (Exception e)
            {
                if (failed.Settle([lease], e)) continue;
                GiveBack(count); // those that were settled are not touched
                throw;
            }
        }

        return read;
    }

    /// <summary>False: it is somebody else's already, since the stop gave it back, the queue was closed, or its time was over.</summary>
    private static bool TryAcknowledge(in ShmLease<T> lease)
    {
        try
        {
            return lease.Acknowledge();
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
