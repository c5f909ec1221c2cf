namespace TypedShmQueue.Async;

/// <summary>
/// Parks on behalf of all pending calls of all queues of this process: one thread for as many gates as a thread can park on at a time.
/// A thread starts when there is a gate that no other has room for, and ends when it has had none for a while.
/// </summary>
internal static class AsyncDispatcher
{
    private static readonly Lock s_lock = new();
    private static readonly List<AsyncParker> s_parkers = [];

    /// <summary>Threads at this instant.</summary>
    public static int ThreadCount
    {
        get { lock (s_lock) return s_parkers.Count; }
    }

    /// <summary>
    /// Has the gate served from now on, until nobody stands in line there. If it throws (a process may start no more threads, or has no
    /// more memory), nobody serves the gate, and nothing is left behind: a parker without a thread would be given the next gates too.
    /// </summary>
    public static void Watch(IWatched gate)
    {
        lock (s_lock)
        {
            foreach (AsyncParker parker in s_parkers)
            {
                if (parker.TryAdd(gate)) return;
            }

            Steps.CanThrow("dispatcher: parker made");
            AsyncParker another = new();
            try
            {
                _ = another.TryAdd(gate);
                s_parkers.Add(another);
                Steps.CanThrow("dispatcher: thread started");
                another.Start(); // last: nothing throws once the thread runs, whose first act waits for this lock
            }
            catch
            {
                Steps.Repairs("dispatcher's parker");
                _ = s_parkers.Remove(another);
                another.FreeBell();
                throw;
            }
        }
    }

    /// <summary>Hands over to a parker what it was given since it last asked.</summary>
    public static void HandOver(AsyncParker parker)
    {
        lock (s_lock) parker.TakeAdded();
    }

    /// <summary>Lets a parker end. False: it was given something to do.</summary>
    public static bool TryRetire(AsyncParker parker)
    {
        lock (s_lock)
        {
            if (parker.HasGates) return false;
            parker.FreeBell();
            return s_parkers.Remove(parker);
        }
    }
}
