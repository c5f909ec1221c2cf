using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Queue.Groups;

/// <summary>A message in its slot that a member of a group has taken, and that others may take back once its time is over.</summary>
internal readonly unsafe struct HeldMessage(GroupRing<HardwareMemory> ring, LeaseEntry entry, int index)
{
    /// <summary>Where it is. What is copied from there is whole if the member still has the message afterwards.</summary>
    public byte* Address => ring.Message(entry.First + index);

    public long Position => entry.First + index;

    /// <summary>Whether the member still has it.</summary>
    public bool IsHeld => ring.IsHeld(entry, index);
}
