using System.Buffers;
using System.Text;

namespace TypedShmQueue.Tool.Tests.Messages;

/// <summary>Serialized, by the cheapest protocol.</summary>
[ShmQueue(Capacity = 8, MaxMessageBytes = 60, Serializer = typeof(RemarkSerializer), Producers = Endpoints.One, Consumers = Endpoints.One,
    Overflow = Overflow.Wait)]
public sealed record Remark(string Text);

public sealed class RemarkSerializer : IShmSerializer<Remark>
{
    private RemarkSerializer()
    {
    }

    public static void Serialize(in Remark message, IBufferWriter<byte> destination) => Encoding.UTF8.GetBytes(message.Text, destination);

    public static Remark Deserialize(ReadOnlySpan<byte> bytes) => new(Encoding.UTF8.GetString(bytes));
}
