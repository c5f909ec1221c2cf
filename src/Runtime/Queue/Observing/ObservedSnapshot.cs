using System.Diagnostics;

namespace TypedShmQueue.Queue.Observing;

/// <summary>What the instruments report of one queue. Data only: it keeps no handle alive.</summary>
internal sealed record ObservedState(ObservedPlace Place, int Capacity, int Count, ShmQueueStatistics Statistics,
    IReadOnlyList<ShmQueueSubscription> Subscriptions);

/// <summary>
/// The queues of this process at one instant, for all instruments of a collection. Who collects calls one instrument after another and says
/// neither when it begins nor when it ends. It calls them in the order in which they were made, so a snapshot serves later instruments than
/// before only, and for a short time: an instrument at or before the last one begins a collection.
/// </summary>
internal sealed class ObservedSnapshot
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);
    private static readonly Lock s_lock = new();
    private static ObservedSnapshot? s_latest;

    private readonly long _taken = Stopwatch.GetTimestamp();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly IReadOnlyList<ObservedState> _states = Take();
    private int _last = -1;

    /// <summary>The states for an instrument: those that the instruments before it in this collection had, or new ones.</summary>
    /// <param name="instrument">Its number, in the order in which they were made.</param>
    public static IReadOnlyList<ObservedState> For(int instrument)
    {
        lock (s_lock)
        {
            if (s_latest?.TryServe(instrument) is not true)
            {
                s_latest = new ObservedSnapshot();
                _ = s_latest.TryServe(instrument);
            }

            return s_latest._states;
        }
    }

    private bool TryServe(int instrument)
    {
        // Two collectors, on two threads, have a snapshot each, or several; never an old one.
        if (instrument <= _last || _thread != Environment.CurrentManagedThreadId || Stopwatch.GetElapsedTime(_taken) > s_longest)
            return false;
        _last = instrument;
        return true;
    }

    private static List<ObservedState> Take()
    {
        List<ObservedState> all = [];
        foreach (IObservedQueue queue in ObservedQueues.OneOfEach())
        {
            try
            {
                all.Add(new ObservedState(queue.Place, queue.Capacity, queue.Count, queue.Statistics, queue.Subscriptions));
            }
            catch (ObjectDisposedException)
            {
                // Gone since it was listed.
            }
        }

        return all;
    }
}
