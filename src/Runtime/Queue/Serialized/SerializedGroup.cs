using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>Serialized messages that a member of a group has taken, whatever the serializer.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class SerializedGroup<TMessage>(GroupMember core) : LeasedMessages<TMessage>(core)
{
    /// <summary>Reads a message. Precondition: its lease is open.</summary>
    public abstract TMessage Read(long position);

    public override void Read(long position, out TMessage message) => message = Read(position);
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

    public override TMessage Read(long position)
    {
        BytesReader reader = new(MaxBytes);
        try
        {
            reader.Read<HardwareMemory>(Core.Message(position));
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
