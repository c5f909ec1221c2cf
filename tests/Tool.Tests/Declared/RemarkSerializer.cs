using System.Buffers;
using System.Text;

namespace TypedShmQueue.Tool.Tests.Declared;

/// <summary>What a reader of the declaration adds by hand: the fields, and how they are written.</summary>
public sealed partial record Remark
{
    public string Text { get; init; } = "";
}

public sealed class RemarkSerializer : IShmSerializer<Remark>
{
    private RemarkSerializer()
    {
    }

    public static void Serialize(in Remark message, IBufferWriter<byte> destination) => Encoding.UTF8.GetBytes(message.Text, destination);

    public static Remark Deserialize(ReadOnlySpan<byte> bytes) => new() { Text = Encoding.UTF8.GetString(bytes) };
}
