namespace TypedShmQueue.Threads;

/// <summary>What one thread has of one table: its lane of a handle, or its lease entry of a group.</summary>
internal abstract class OwnedByThread(TableKey? key)
{
    /// <summary>The table's; null for what no table has.</summary>
    public readonly TableKey? Key = key;
}

/// <summary>
/// Stands for a table of what threads own, without keeping its handle's memory mapped for a thread that has moved on.
/// </summary>
internal sealed class TableKey
{
    private static int s_last;

    /// <summary>Given in turn, and again after all others.</summary>
    public readonly int Number = Interlocked.Increment(ref s_last);
}
