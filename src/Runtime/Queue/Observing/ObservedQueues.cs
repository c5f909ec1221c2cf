namespace TypedShmQueue.Queue.Observing;

/// <summary>
/// The handles of this process that metrics speak of. It keeps none alive: a handle that was forgotten goes as it would without it.
/// </summary>
internal static class ObservedQueues
{
    private static readonly Lock s_lock = new();
    private static readonly List<WeakReference<IObservedQueue>> s_handles = [];

    public static void Add(IObservedQueue handle)
    {
        lock (s_lock)
        {
            s_handles.RemoveAll(static h => !h.TryGetTarget(out _));
            s_handles.Add(new WeakReference<IObservedQueue>(handle));
        }
    }

    public static void Remove(IObservedQueue handle)
    {
        lock (s_lock) s_handles.RemoveAll(h => !h.TryGetTarget(out IObservedQueue? other) || ReferenceEquals(other, handle));
    }

    /// <summary>One handle of each queue: the counts are the queue's, so a second one would count everything twice.</summary>
    public static IReadOnlyList<IObservedQueue> OneOfEach()
    {
        Dictionary<ObservedPlace, IObservedQueue> queues = [];
        lock (s_lock)
        {
            foreach (WeakReference<IObservedQueue> reference in s_handles)
            {
                // The last one wins: a name that was deleted and taken anew is the new queue's.
                if (reference.TryGetTarget(out IObservedQueue? handle)) queues[handle.Place] = handle;
            }
        }

        return [.. queues.Values];
    }
}
