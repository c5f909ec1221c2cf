using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;

namespace TypedShmQueue.Liveness;

/// <summary>Who is attached, as anybody who has the file open can see it: nothing is written, and no entry is needed to look.</summary>
/// <param name="port">Who is asked for locks.</param>
/// <param name="file">The open file.</param>
/// <param name="address">Where it is mapped. Precondition: as long as the view is used.</param>
/// <param name="count">How many entries there are.</param>
internal sealed unsafe class ParticipantsView(RegionPort port, SafeFileHandle file, byte* address, int count)
{
    private readonly ParticipantRecord* _records = (ParticipantRecord*)(address + SegmentGeometry.ParticipantsOffset);

    /// <summary>Whether the handle that an owner word names is attached by another open file than this one.</summary>
    public bool IsAlive(long owner)
    {
        OwnerWord word = new(owner);
        return OwnerWord.IsIndexInRange(word.Index, count)
            && Volatile.Read(ref _records[word.Index].Generation) == word.Generation
            && port.IsLockedByOther(file, Segment.FirstParticipantLock + word.Index);
    }

    /// <summary>The process id that an owner word's entry shows, 0 if another handle has the entry by now; for messages only.</summary>
    public int ProcessIdOf(long owner)
    {
        OwnerWord word = new(owner);
        return OwnerWord.IsIndexInRange(word.Index, count) && Volatile.Read(ref _records[word.Index].Generation) == word.Generation
            ? _records[word.Index].ProcessId
            : 0;
    }

    /// <summary>Everybody who is attached or died attached. Allocates; a system call for each.</summary>
    /// <param name="self">The entry of this open file; -1 if it has none.</param>
    public IReadOnlyList<ShmQueueParticipant> Snapshot(int self = -1)
    {
        List<ShmQueueParticipant> all = [];
        for (int i = 0; i < count; i++)
        {
            ref ParticipantRecord record = ref _records[i];
            if (Volatile.Read(ref record.ProcessId) == 0) continue;
            bool alive = i == self || port.IsLockedByOther(file, Segment.FirstParticipantLock + i);
            all.Add(new ShmQueueParticipant(record.ProcessId, record.ProcessName.ToString(), When(record.JoinedUnixMilliseconds), alive,
                i == self, record.Parked));
        }

        return all;
    }

    /// <summary>
    /// A time that is read from the segment. If it is out of range, the segment is corrupt, and the nearest valid time is returned.
    /// </summary>
    public static DateTimeOffset When(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMilliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}

/// <summary>Names a handle in one word: its participant entry, and which of that entry's occupants. 0 is nobody.</summary>
internal readonly record struct OwnerWord(long Word)
{
    private const int IndexBits = 16;

    public OwnerWord(int index, long generation) : this((generation << IndexBits) | (uint)(index + 1))
    {
    }

    /// <summary>The entry, from 0; -1 is nobody. Out of range if the word is corrupt: check it before use.</summary>
    public int Index => (int)(Word & ((1 << IndexBits) - 1)) - 1;

    public long Generation => Word >> IndexBits;

    public static bool IsIndexInRange(int index, int maxParticipants) =>
        (uint)index < (uint)Math.Min(maxParticipants, Segment.MaxParticipants);
}
