using System.Buffers;

namespace TypedShmQueue.Generator.Integration.Serialization;

/// <summary>Slots that are larger than a stack.</summary>
[ShmQueue(Capacity = 2, Delivery = Delivery.Broadcast, Serializer = typeof(AlbumSerializer), MaxMessageBytes = 4 << 20)]
public sealed record Album(byte[] Bytes);

public sealed class AlbumSerializer : IShmSerializer<Album>
{
    private AlbumSerializer()
    {
    }

    public static void Serialize(in Album message, IBufferWriter<byte> destination) => destination.Write(message.Bytes);

    public static Album Deserialize(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());
}
