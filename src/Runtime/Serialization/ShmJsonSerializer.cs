using System.Buffers;
using System.Text.Json;

namespace TypedShmQueue;

/// <summary>Messages as JSON, by System.Text.Json: for messages that other languages read, or whose form changes often.</summary>
/// <remarks>
/// The text is UTF-8 without white space. Needs no reflection, so it may be trimmed and compiled ahead of time. Sending allocates nothing
/// but what the message's own converters do; taking allocates the message.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TContext">The message's contract.</typeparam>
public sealed class ShmJsonSerializer<T, TContext> : IShmSerializer<T>
    where TContext : IShmJsonContext<T>
{
    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    private ShmJsonSerializer()
    {
    }

    /// <summary>Writes the message as JSON.</summary>
    public static void Serialize(in T message, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        // Taken away meanwhile: a converter may send a message of its own.
        Utf8JsonWriter writer = t_writer ?? Create(destination);
        t_writer = null;
        writer.Reset(destination);
        try
        {
            JsonSerializer.Serialize(writer, message, TContext.TypeInfo);
            writer.Flush();
        }
        finally
        {
            // What a failed message left behind is not to be flushed into the next one's slot.
            writer.Reset();
            t_writer = writer;
        }
    }

    /// <summary>Reads the message from JSON.</summary>
    /// <exception cref="JsonException">The bytes are not the JSON of such a message.</exception>
    public static T Deserialize(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, TContext.TypeInfo) ?? throw new JsonException("The text is 'null', but a message is never null.");

    private static Utf8JsonWriter Create(IBufferWriter<byte> destination)
    {
        JsonSerializerOptions options = TContext.TypeInfo.Options;
        // The serializer writes no wrong JSON; validation is for writing by hand.
        return new Utf8JsonWriter(destination,
            new JsonWriterOptions { Encoder = options.Encoder, MaxDepth = options.MaxDepth, SkipValidation = true });
    }
}
