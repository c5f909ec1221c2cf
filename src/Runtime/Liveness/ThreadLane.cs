using TypedShmQueue.Layout;

namespace TypedShmQueue.Liveness;

/// <summary>One thread's lane of one handle.</summary>
internal sealed unsafe class ThreadLane(LaneTable.Key? key, Thread? thread)
{
    /// <summary>The lane this thread used last: with one queue per thread, always the right one.</summary>
    [ThreadStatic]
    public static ThreadLane? Latest;

    /// <summary>Stands for the handle, without keeping its memory mapped for a thread that has moved on.</summary>
    public readonly LaneTable.Key? Key = key;

    /// <summary>The shared lane, set once, before anybody else sees this one; null for the one producer, which needs none.</summary>
    public Lane* Lane;

    /// <summary>
    /// Whose it is: the lane of a thread that ended is another thread's. Null for the one producer until it opens a writer.
    /// </summary>
    public Thread? Thread = thread;

    /// <summary>The position that a writer holds open; 0 is none.</summary>
    public long OpenPosition;
}
