using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using NATS.Client.Core;

namespace TypedShmQueue.Nats.Streams;

/// <summary>What a stream answers to a message that was published to it.</summary>
/// <param name="Sequence">The message's number in the stream; 0 if it was not stored.</param>
/// <param name="IsDuplicate">Whether the stream had it already.</param>
/// <param name="ErrorCode">JetStream's number of the error; 0 if there is none.</param>
/// <param name="Error">What it says; null if there is none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamReply(ulong Sequence, bool IsDuplicate, int ErrorCode, string? Error)
{
    public bool IsStored => Error == null && Sequence > 0;
}

/// <summary>Reads replies without an allocation, unless there is an error.</summary>
internal sealed class StreamReplyReader : INatsDeserialize<StreamReply>
{
    public StreamReply Deserialize(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty) return new(0, false, 0, "the reply is empty");
        try
        {
            Utf8JsonReader reader = new(buffer);
            ulong sequence = 0;
            bool isDuplicate = false;
            int code = 0;
            string? error = null;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                if (reader.ValueTextEquals("seq"u8) && reader.Read()) _ = reader.TryGetUInt64(out sequence);
                else if (reader.ValueTextEquals("duplicate"u8) && reader.Read()) isDuplicate = reader.TokenType == JsonTokenType.True;
                else if (reader.ValueTextEquals("err_code"u8) && reader.Read()) _ = reader.TryGetInt32(out code);
                else if (reader.ValueTextEquals("description"u8) && reader.Read()) error = reader.GetString();
                else if (reader.ValueTextEquals("error"u8)) error ??= "an error without a description";
            }

            return new(sequence, isDuplicate, code, error ?? (sequence == 0 ? "the reply names no sequence" : null));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new(0, false, 0, $"the reply is not one of a stream: {e.Message}");
        }
    }
}
