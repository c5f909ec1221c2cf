using System.Numerics;
using TypedShmQueue.Layout;
using TypedShmQueue.Threads;

namespace TypedShmQueue.Ring.Groups;

/// <summary>
/// One lease entry of a handle: what it has taken and not settled. A thread takes with it, and any thread settles. Beside the shared entry
/// it keeps, in private memory, which of the messages are still open, so that each is settled once.
/// </summary>
/// <param name="record">The shared entry. Precondition: its owner is this handle.</param>
/// <param name="key">The key of the table that it is from.</param>
/// <param name="thread">The only thread that takes with it; null: whoever has it from the table's free ones.</param>
internal sealed unsafe class LeaseEntry(LeaseRecord* record, TableKey key, Thread? thread) : OwnedByThread(key)
{
    /// <summary>The most messages in one entry: a bit for each.</summary>
    public const int MostMessages = 32;

    private long _open;
    private int _left;

    public LeaseRecord* Record { get; } = record;

    public Thread? Thread { get; set; } = thread;

    /// <summary>The in-flight mark of a call that takes.</summary>
    public int Calling;

    /// <summary>Whether messages of it are open, or it is being freed. Set by who takes with it, and cleared by who settles last.</summary>
    public int Busy;

    /// <summary>The oldest position of what was taken.</summary>
    public long First { get; private set; }

    public int Count { get; private set; }

    public int Delivery { get; private set; }

    /// <summary>A number of what was taken, which distinguishes it from what the entry held before and will hold later.</summary>
    public uint Serial => (uint)(Volatile.Read(ref _open) >>> MostMessages);

    /// <summary>These were taken. Precondition: the entry is not busy, and this thread is the one that takes with it.</summary>
    public void Begin(long first, int count, int delivery)
    {
        First = first;
        Count = count;
        Delivery = delivery;
        _left = count;
        Busy = 1;
        long serial = (long)unchecked(Serial + 1) << MostMessages;
        Volatile.Write(ref _open, serial | (uint.MaxValue >>> (MostMessages - count)));
    }

    /// <summary>Whether this message of what had that serial is still open.</summary>
    public bool IsOpen(uint serial, int index)
    {
        long open = Volatile.Read(ref _open);
        return (uint)(open >>> MostMessages) == serial && (open & (1L << index)) != 0;
    }

    /// <summary>Closes a message: the caller settles it, and then asks <see cref="AreLast"/>. False: it is not open any more.</summary>
    public bool TryClose(uint serial, int index) => Close(serial, index, 1) == 1;

    /// <summary>Closes messages that lie side by side, up to the first that is not open any more. How many were closed.</summary>
    public int Close(uint serial, int index, int count)
    {
        while (true)
        {
            long open = Volatile.Read(ref _open);
            if ((uint)(open >>> MostMessages) != serial) return 0;
            int closes = Math.Min(count, BitOperations.TrailingZeroCount(~((ulong)(uint)open >> index)));
            if (closes == 0) return 0;
            long mask = (uint.MaxValue >>> (MostMessages - closes)) << index;
            if (Interlocked.CompareExchange(ref _open, open & ~mask, open) == open) return closes;
        }
    }

    /// <summary>
    /// So many messages that were closed are settled. Whether they were the last: the caller frees the entry.
    /// </summary>
    public bool AreLast(int messages) => Count == messages || Interlocked.Add(ref _left, -messages) == 0;
}
