using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Groups;

/// <summary>Messages that a member of a group has taken, whatever a slot holds.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class LeasedMessages<TMessage>(GroupMember core)
{
    public GroupMember Core => core;

    /// <summary>Copies a message to its destination, with no copy on the stack. Precondition: its lease is open.</summary>
    public abstract void Read(long position, out TMessage message);
}

/// <summary>Unmanaged messages that a member of a group has taken.</summary>
/// <typeparam name="T">The message.</typeparam>
internal sealed unsafe class PlainMessages<T>(GroupMember core) : LeasedMessages<T>(core)
    where T : unmanaged
{
    public override void Read(long position, out T message)
    {
        HardwareMemory.Read(Core.Message(position), out message);
        GC.KeepAlive(Core);
    }
}
