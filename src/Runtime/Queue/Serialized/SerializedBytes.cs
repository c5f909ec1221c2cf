using TypedShmQueue.Errors;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>What was copied out of a slot of bytes, as the message it is.</summary>
internal static class SerializedBytes
{
    /// <exception cref="ShmQueueCorruptException">No serializer wrote this. What else the serializer throws goes to the caller.</exception>
    public static TMessage Read<TMessage, TSerializer>(in BytesReader reader, string queue, int maxBytes)
        where TSerializer : IShmSerializer<TMessage>
    {
        if (!reader.IsWhole)
            throw new ShmQueueCorruptException(queue, $"A message of the queue '{queue}' was dropped: its length is not one that a " +
                $"queue writes, from 0 to {maxBytes}. Something else wrote to its file. Delete it and create it anew.");
        return TSerializer.Deserialize(reader.Bytes)
            ?? throw new ShmQueueCorruptException(queue, $"A message of the queue '{queue}' was dropped: {typeof(TSerializer)} made " +
                $"null of its {Counted.Bytes(reader.Bytes.Length)}, and a message is never null. Something else wrote to its file, or " +
                $"the serializer is wrong.");
    }
}
