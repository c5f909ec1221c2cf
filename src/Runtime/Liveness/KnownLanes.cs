using System.Runtime.CompilerServices;

namespace TypedShmQueue.Liveness;

/// <summary>
/// The lanes of this thread that have no open writer, by handle: a thread finds its lane of each of many queues without a lock and without
/// a search. What is not here is looked for in the handle's own table.
/// </summary>
/// <remarks>
/// An entry of a disposed handle stays until another handle's takes its place: it keeps a few words, and no mapped memory.
/// </remarks>
internal static class KnownLanes
{
    private const int First = 16, Most = 1024;

    /// <summary>By the handle's number. Numbers are given in turn, so only many handles that live together share places.</summary>
    [ThreadStatic]
    private static ThreadLane?[]? s_known;

    /// <summary>This thread's lane of a handle; null if it is not known here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThreadLane? Find(LaneTable.Key key)
    {
        ThreadLane?[]? known = s_known;
        if (known == null) return null;
        ThreadLane? lane = known[key.Number & (known.Length - 1)];
        return lane != null && ReferenceEquals(lane.Key, key) ? lane : null;
    }

    /// <summary>Notes a lane of this thread. Precondition: no writer is open in it.</summary>
    public static void Add(ThreadLane lane)
    {
        ThreadLane?[] known = s_known ??= new ThreadLane?[First];
        while (known.Length < Most && Place(known, lane) is { } other && !ReferenceEquals(other.Key, lane.Key))
            s_known = known = Grown(known);
        Place(known, lane) = lane;
    }

    /// <summary>The writer that was open in this lane has ended. Throws nothing, since its message is sent.</summary>
    public static void Restore(ThreadLane lane)
    {
        if (s_known is { } known) Place(known, lane) = lane;
    }

    /// <summary>A writer is open in this lane: the thread's next call needs another one.</summary>
    public static void Forget(ThreadLane lane)
    {
        if (s_known is { } known && ReferenceEquals(Place(known, lane), lane)) Place(known, lane) = null;
    }

    private static ref ThreadLane? Place(ThreadLane?[] known, ThreadLane lane) => ref known[lane.Key!.Number & (known.Length - 1)];

    private static ThreadLane?[] Grown(ThreadLane?[] known)
    {
        ThreadLane?[] grown = new ThreadLane?[2 * known.Length];
        foreach (ThreadLane? lane in known)
        {
            if (lane != null) Place(grown, lane) = lane;
        }

        return grown;
    }
}
