using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>Serialized messages that a member of a group has taken, whatever the serializer.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class SerializedGroup<TMessage>(GroupMember core) : LeasedMessages<TMessage>(core)
{
    /// <summary>
    /// Reads a message. Throws if its lease was not open until its bytes were copied, before any serializer sees them.
    /// </summary>
    public abstract TMessage Read(in LeasedPlace lease);

    public override void Read(in LeasedPlace lease, out TMessage message) => message = Read(in lease);
}

/// <summary>Serialized messages that a member of a group has taken.</summary>
/// <remarks>
/// The bytes are copied before they are deserialized, although nobody overwrites them: a hostile process could, and no serializer expects
/// bytes that change.
/// </remarks>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSerializer">Reads it.</typeparam>
/// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
internal sealed unsafe class SerializedGroup<TMessage, TSerializer, TSlot>(GroupMember core) : SerializedGroup<TMessage>(core)
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
{
    private static int MaxBytes => sizeof(TSlot) - sizeof(int);

    public override TMessage Read(in LeasedPlace lease)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            reader.Read<HardwareMemory>(Core.Message(lease.Position));
            HardwareMemory.LoadFence(); // D1: copied before it is asked whether the handle is disposed
            Core.ThrowIfNotOpen(lease.Entry, lease.Serial, lease.Index);
            reader.Keep();
            GC.KeepAlive(Core);
            return SerializedBytes.Read<TMessage, TSerializer>(reader, Core.Handle.Name, MaxBytes);
        }
        finally
        {
            reader.Return();
        }
    }
}
