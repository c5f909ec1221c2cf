using TypedShmQueue.Waiting;

namespace TypedShmQueue.Async;

/// <summary>
/// One handle's pending calls at one gate, first come, first served. The dispatcher (<see cref="AsyncDispatcher"/>) parks for all of them
/// together; whoever wakes the gate wakes the dispatcher, and it looks on behalf of each in turn.
/// </summary>
/// <remarks>
/// <para>E3 for calls that do not block a thread. A call that finds nothing stands in line first. While anybody stands in line the gate is
/// watched: the dispatcher announces · heavy fence · looks again for whoever is first · parks while the epoch is what it was. This is
/// the parker's own order, so every message is either seen by that look or raises the epoch, and a raised epoch is served.</para>
/// <para>A call that joins a line that is watched need not look, announce or fence: as long as the epoch stands, so does the
/// announcement (it is cleared only after the epoch was raised), and the epoch will be compared after the call has joined.</para>
/// <para>One parked dispatcher stands for many calls, and takes one wake for all. It therefore serves until nothing is left to take or
/// nobody is left in line; in the latter case it passes the wake on, as a thread does that leaves.</para>
/// <para>Whether a call ends with a message or with its cancellation is decided under the lock, and it is out of the line from
/// then on: never both, never neither.</para>
/// </remarks>
/// <param name="target">Where to park.</param>
/// <param name="mayHoldMore">Whether somebody else who is parked there could go on now.</param>
/// <param name="longestPark">How long whoever has just looked closely, and found nothing, may park.</param>
internal sealed class AsyncGate(WakeTarget target, Func<bool> mayHoldMore, Func<TimeSpan> longestPark) : IWatched
{
    private readonly Lock _lock = new();
    private AsyncCall? _first;
    private AsyncCall? _last;
    private bool _watched;
    private bool _closed;
    private bool _announced;
    private uint _epoch;

    /// <summary>Whether anybody stands in line. Who comes now must stand behind them, and not take what they wait for.</summary>
    public bool HasCalls => Volatile.Read(ref _first) != null;

    /// <inheritdoc/>
    public TimeSpan LongestPark { get; private set; } = ParkLength.Longest;

    /// <inheritdoc/>
    public unsafe ParkingWord ParkingWord => new(target.Gate.EpochWord, _epoch);

    /// <summary>
    /// Takes the call into the line; after <see cref="Close"/> it ends at once. If it throws, the call is not in line, and nothing is done
    /// on its behalf.
    /// </summary>
    public void Add(AsyncCall call)
    {
        bool watch = false;
        bool closed;
        lock (_lock)
        {
            closed = _closed;
            if (closed)
            {
                FinishClosed(call);
            }
            else
            {
                Append(call);
                watch = !_watched;
                _watched = true;
            }
        }

        Steps.At("async: in line");
        if (closed) call.Signal();
        else if (watch) Watch(call);
    }

    /// <summary>
    /// Has the dispatcher serve the line. If it cannot, nobody will: the call leaves the line and its caller gets the error, and so do
    /// those who have joined the line meanwhile, relying on this call.
    /// </summary>
    private void Watch(AsyncCall call)
    {
        try
        {
            AsyncDispatcher.Watch(this);
        }
        catch (Exception e)
        {
            Steps.Repairs("line of a gate that nobody watches");
            SignalAll(FailAll(e, except: call));
            throw;
        }
    }

    /// <summary>Takes a call back whose beginning has failed. False: it has come to its end already, and was signalled.</summary>
    public bool TryTakeBack(AsyncCall call)
    {
        lock (_lock)
        {
            if (!call.IsQueued) return false;
            Remove(call);
            return true;
        }
    }

    /// <summary>Ends the call as cancelled, unless it has come to another end.</summary>
    public void Cancel(AsyncCall call)
    {
        lock (_lock)
        {
            if (!call.IsQueued) return;
            Remove(call);
            call.Cancel();
        }

        Steps.At("async: cancelled");
        call.Signal();
    }

    /// <summary>
    /// Ends all calls, now and from now on. Precondition: the handle is marked closed, so that every look ends with its error. When this
    /// returns, no look is going on, and nothing will be written to the segment from here.
    /// </summary>
    public void Close()
    {
        AsyncCall? finished;
        lock (_lock)
        {
            _closed = true;
            finished = _first;
            while (_first is { } call)
            {
                AsyncCall? next = call.Next;
                Remove(call);
                FinishClosed(call);
                call.Next = next;
            }
        }

        SignalAll(finished);
    }

    /// <summary>Empties a line that nobody watches. Those that are to be signalled.</summary>
    private AsyncCall? FailAll(Exception error, AsyncCall except)
    {
        AsyncCall? failed = null;
        AsyncCall? last = null;
        lock (_lock)
        {
            _watched = false;
            while (_first is { } call)
            {
                Remove(call);
                if (call == except) continue;
                call.Fail(error);
                if (last == null) failed = call;
                else last.Next = call;
                last = call;
            }
        }

        return failed;
    }

    /// <inheritdoc/>
    public bool Serve(bool closely)
    {
        if (_announced && !closely && HasCalls && target.Gate.Epoch == _epoch) return true;
        AsyncCall? finished = null;
        AsyncCall? lastFinished = null;
        bool stays;
        lock (_lock) stays = Serve(closely, ref finished, ref lastFinished);
        Steps.At("async: served");
        SignalAll(finished);
        Steps.At("async: signalled");
        return stays;
    }

    private bool Serve(bool closely, ref AsyncCall? finished, ref AsyncCall? lastFinished)
    {
        bool woken = false;
        while (true)
        {
            woken |= _announced && target.Gate.Epoch != _epoch;
            FinishFromFirst(closely, ref finished, ref lastFinished);
            if (_first == null) break;
            if (_announced && target.Gate.Epoch == _epoch)
            {
                if (closely) LongestPark = longestPark();
                return true;
            }

            _epoch = target.Gate.Announce(); // E3: the next look is the second one
            _announced = true;
            closely = true;
            target.CountParking();
        }

        // Who leaves may have been woken for what it did not take: the wake is another's.
        if (woken && !_closed && (finished == null || mayHoldMore())) target.Gate.Wake(1);
        _announced = false;
        _watched = false;
        return false;
    }

    /// <summary>Serves in order, up to the first that has to wait; those behind it wait for the same.</summary>
    private void FinishFromFirst(bool closely, ref AsyncCall? finished, ref AsyncCall? lastFinished)
    {
        while (_first is { } call && call.TryFinish(closely))
        {
            Remove(call);
            if (lastFinished == null) finished = call;
            else lastFinished.Next = call;
            lastFinished = call;
        }
    }

    private static void FinishClosed(AsyncCall call)
    {
        if (!call.TryFinish(closely: false)) throw new InvalidOperationException("A handle that is closed still lets its calls wait.");
    }

    private void Append(AsyncCall call)
    {
        call.IsQueued = true;
        call.Previous = _last;
        call.Next = null;
        if (_last == null) Volatile.Write(ref _first, call);
        else _last.Next = call;
        _last = call;
    }

    private void Remove(AsyncCall call)
    {
        call.IsQueued = false;
        if (call.Next == null) _last = call.Previous;
        else call.Next.Previous = call.Previous;
        if (call.Previous == null) Volatile.Write(ref _first, call.Next);
        else call.Previous.Next = call.Next;
        call.Previous = null;
        call.Next = null;
    }

    private static void SignalAll(AsyncCall? finished)
    {
        while (finished is { } call)
        {
            finished = call.Next;
            call.Next = null;
            call.Signal();
        }
    }
}
