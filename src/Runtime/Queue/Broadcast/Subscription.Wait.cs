using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <content>How a call waits, whatever it takes.</content>
public sealed partial class Subscription<T> where T : unmanaged
{
    /// <summary>Waits until the call is done. False: the deadline has passed, or the end has come and may.</summary>
    /// <param name="call">What is tried.</param>
    /// <param name="passesOver">Whether a try may end with messages left to be looked at, so that waiting for them is not what ends the call.</param>
    /// <param name="deadline">The longest wait.</param>
    /// <param name="completedIsNone">Whether the queue's end is false, or thrown.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal bool Wait<TCall>(ref TCall call, bool passesOver, Deadline deadline, bool completedIsNone, CancellationToken cancellationToken)
        where TCall : struct, IRingCall, allows ref struct
    {
        long began = _ring.Position;
        _ring.Side.GatherAt = began + (_pacing.Begin(began) ? 0 : Pacing.LongRun);
        for (int i = 0; i < Pacing.EagerLooks && _pacing.SpinsAtAll; i++)
        {
            RingStatus status = call.Try();
            if (status == RingStatus.Done)
            {
                _pacing.End(_ring.Position);
                return true;
            }

            if (status != RingStatus.Blocked) break;
            if (passesOver && IsOver(deadline, cancellationToken)) return false;
        }

        return Park(ref call, passesOver, deadline, completedIsNone, cancellationToken);
    }

    /// <summary>Before a call that waits for messages: in a stream, lets some gather first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void GatherIfDue(int wanted)
    {
        if (_ring.Position >= _ring.Side.GatherAt) Gather(wanted);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Gather(int wanted) => _ring.Side.GatherAt = _pacing.Gather(_ring.Position, wanted, _isPublished);

    private bool Park<TCall>(ref TCall call, bool passesOver, Deadline deadline, bool completedIsNone, CancellationToken cancellationToken)
        where TCall : struct, IRingCall, allows ref struct
    {
        Waiter waiter = new(_session.NotEmpty, _pacing, deadline, cancellationToken, ref _session.Ring.Tail);
        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                RingStatus status = call.Try();
                // Before parking: is the queue at its end, or did whoever claimed the position die?
                if (status == RingStatus.Blocked && waiter.IsAboutToPark)
                {
                    status = _ring.Investigate();
                    if (status == RingStatus.Done)
                    {
                        if (passesOver && IsOver(deadline, cancellationToken)) return false;
                        continue;
                    }
                }

                if (status == RingStatus.Done) return true;
                if (status == RingStatus.Completed && completedIsNone) return false;
                if (status != RingStatus.Blocked) Throw(status);
                if (!waiter.TryNext()) return false;
            }
        }
        finally
        {
            // Whoever sends wakes everybody, so there is no wake to pass on.
            waiter.End();
            _pacing.End(_ring.Position, waiter.Elapsed);
            Interlocked.Decrement(ref _waiting);
            GC.KeepAlive(_session);
            Waited(waiter.Elapsed);
        }
    }

    private static bool IsOver(Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return deadline.HasPassed;
    }
}
