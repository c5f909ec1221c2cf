using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TypedShmQueue.Generator.Integration.Serialization;

[ShmQueue(Serializer = typeof(ReadingSerializer), MaxMessageBytes = 256)]
public sealed record Reading(double Value, string Sensor);

public sealed class ReadingSerializer : IShmSerializer<Reading>
{
    private ReadingSerializer()
    {
    }

    public static void Serialize(in Reading message, IBufferWriter<byte> destination)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(destination.GetSpan(sizeof(double)), message.Value);
        destination.Advance(sizeof(double));
        Encoding.UTF8.GetBytes(message.Sensor, destination);
    }

    public static Reading Deserialize(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadDoubleLittleEndian(bytes), Encoding.UTF8.GetString(bytes[sizeof(double)..]));

    // Optional: a message that is too large is refused before a slot is claimed.
    public static bool TryGetSize(in Reading message, out int bytes)
    {
        bytes = sizeof(double) + Encoding.UTF8.GetByteCount(message.Sensor);
        return true;
    }
}
