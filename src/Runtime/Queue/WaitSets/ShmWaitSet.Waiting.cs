using System.Diagnostics;
using TypedShmQueue.Async;
using TypedShmQueue.Queue.WaitSets;
using TypedShmQueue.Waiting;

namespace TypedShmQueue;

/// <content>How a wait goes: it looks, and then this thread parks, or the dispatcher for it.</content>
public sealed partial class ShmWaitSet
{
    /// <summary>Whether any is ready.</summary>
    /// <param name="closely">Whether to find out too what holds those up that are not.</param>
    /// <param name="everywhere">Whether those are looked at too that nobody has woken since they were looked at.</param>
    /// <param name="ready">Those that are.</param>
    private bool TryLook(bool closely, bool everywhere, out ShmReady ready)
    {
        _gates.Hear();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (closely && _gates.IsCloseLookDue()) everywhere = true;
            int count = 0;
            foreach (WaitSource source in _sources)
            {
                if (!everywhere && source.IsQuiet) continue;
                if (source.IsReady(closely))
                {
                    _ready[count++] = source.Waitable;
                    _lastReady = source;
                }
                else
                {
                    source.FoundNothing();
                }
            }

            if (closely && count == 0) LimitPark();
            ready = new ShmReady(_ready, count);
            return count > 0;
        }
    }

    /// <summary>The thread that parks at all gates looks again when the first of them is due.</summary>
    private void LimitPark()
    {
        TimeSpan longest = ParkLength.LongestWhenIdle;
        foreach (WaitSource source in _sources)
        {
            if (source.LongestPark < longest) longest = source.LongestPark;
        }

        _gates.LongestPark = longest;
    }

    private bool Run(Deadline deadline, CancellationToken cancellationToken, out ShmReady ready)
    {
        Begin();
        try
        {
            if (TryLook(closely: false, everywhere: true, out ready)) return true;
            while (true)
            {
                // A set grows, and a filter can refuse futex_waitv, at any time.
                bool? result = _sources.Length <= ManyGates.Most
                    ? Park(deadline, cancellationToken, out ready)
                    : LetPark(deadline, cancellationToken, out ready);
                if (result is { } isReady) return isReady;
            }
        }
        finally
        {
            End();
        }
    }

    /// <summary>Parks this thread at all gates. Null: they have become too many for it.</summary>
    private bool? Park(Deadline deadline, CancellationToken cancellationToken, out ShmReady ready)
    {
        ref long progress = ref _noProgress;
        WaitSource? last = _lastReady;
        if (last != null) progress = ref last.End.Handle.Session.Ring.Tail;
        // The gates say by themselves how long a park may last.
        Waiter waiter = new(_gates, _pacing, deadline, cancellationToken, ref progress) { LongestPark = ParkLength.LongestWhenIdle };
        try
        {
            while (_sources.Length <= ManyGates.Most)
            {
                if (TryLook(closely: waiter.IsAboutToPark, everywhere: false, out ready)) return true;
                if (!waiter.TryNext()) return false;
            }

            ready = default;
            return null;
        }
        finally
        {
            waiter.End();
            if (waiter.Parked > 0) _gates.Leave();
            _pacing.End(position: 0, waiter.Elapsed);
            GC.KeepAlive(last);
        }
    }

    /// <summary>Has the dispatcher park, with as many threads as it takes, and waits for its word. Spins before, as a call does.</summary>
    private bool? LetPark(Deadline deadline, CancellationToken cancellationToken, out ShmReady ready)
    {
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() - began < _pacing.Spinning)
        {
            if (TryLook(closely: false, everywhere: false, out ready)) return true;
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline.HasPassed) return false;
            Pacing.Delay(Pacing.TurnsBetweenLooks);
        }

        if (BeginPending(_gates.Bell, out ready) is not { } wait) return true;
        CancellationTokenRegistration registration = default;
        try
        {
            registration = GiveUpWith(wait, cancellationToken);
            while (true)
            {
                // Read before what it rings for.
                uint rung = _gates.Bell.Rung;
                if (wait.IsOver) break;
                if (deadline.HasPassed) return false;
                _gates.Bell.Park(rung, deadline.Left);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return null; // looks again: what was found may be gone
        }
        finally
        {
            _ = registration.Unregister();
            _ = TryGiveUp(wait);
            _pacing.End(position: 0, Stopwatch.GetTimestamp() - began);
        }
    }

    /// <summary>Looks, and if none is ready, gives all members to the dispatcher. Null: some are ready.</summary>
    private PendingWait? BeginPending(Bell? bell, out ShmReady ready)
    {
        if (TryLook(closely: true, everywhere: true, out ready)) return null;
        PendingWait wait = new(bell);
        List<WaitSource> unwatched = new(_sources.Length);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _pending = wait;
            foreach (WaitSource source in _sources)
            {
                if (source.IsWatched) continue;
                source.IsWatched = true;
                unwatched.Add(source);
            }
        }

        int watched = 0;
        try
        {
            for (; watched < unwatched.Count; watched++) AsyncDispatcher.Watch(unwatched[watched]);
            return wait;
        }
        catch
        {
            Steps.Repairs("wait set: members that nobody watches");
            _ = TryGiveUp(wait);
            lock (_lock)
            {
                for (; watched < unwatched.Count; watched++) unwatched[watched].IsWatched = false;
            }

            throw;
        }
    }

    private CancellationTokenRegistration GiveUpWith(PendingWait wait, CancellationToken cancellationToken)
    {
        Steps.CanThrow("wait set: cancellation registered");
        return cancellationToken.UnsafeRegister(static state =>
        {
            var (set, wait) = ((ShmWaitSet, PendingWait))state!;
            if (set.TryGiveUp(wait)) wait.Signal();
        }, (this, wait));
    }

    /// <summary>Ends a wait that the dispatcher parks for, without a result. False: it has ended already.</summary>
    private bool TryGiveUp(PendingWait wait)
    {
        Uninterrupted.Enter(_lock);
        try
        {
            if (_pending != wait) return false;
            _pending = null;
            return true;
        }
        finally
        {
            _lock.Exit();
        }
    }
}
