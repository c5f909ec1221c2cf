using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Groups;

/// <summary>Messages that a member of a group has taken, whatever a slot holds.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class LeasedMessages<TMessage>(GroupMember core)
{
    public GroupMember Core => core;

    /// <summary>
    /// Copies a message to its destination, with no copy on the stack. Throws if its lease was not open until it was copied: the handle may
    /// be disposed meanwhile, and its memory be zero pages.
    /// </summary>
    public abstract void Read(in LeasedPlace lease, out TMessage message);
}

/// <summary>Unmanaged messages that a member of a group has taken.</summary>
/// <typeparam name="T">The message.</typeparam>
internal sealed unsafe class PlainMessages<T>(GroupMember core) : LeasedMessages<T>(core)
    where T : unmanaged
{
    public override void Read(in LeasedPlace lease, out T message)
    {
        HardwareMemory.Read(Core.Message(lease.Position), out message);
        HardwareMemory.LoadFence(); // D1: copied before it is asked whether the handle is disposed
        Core.ThrowIfNotOpen(lease.Entry, lease.Serial, lease.Index);
        GC.KeepAlive(Core);
    }
}
