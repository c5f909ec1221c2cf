using System.Text.Json;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// Messages as lines of JSON. A message that cannot be formatted costs neither itself nor the others: its bytes are shown. Mutable; one
/// thread.
/// </summary>
/// <param name="screen">Where they go.</param>
/// <param name="format">How they are read.</param>
/// <param name="most">The most elements of an array.</param>
internal sealed class MessageLines(Screen screen, MessageFormat format, int most = int.MaxValue)
{
    private readonly LineBuffer _line = new();

    /// <summary>Messages whose bytes are shown, since their fields could not be.</summary>
    public long Unformatted { get; private set; }

    /// <summary>Makes the line of a message, alone or with its position, and how it stands. Nothing is written yet.</summary>
    public void Format(ReadOnlySpan<byte> message, long? position, MessageState? state = null)
    {
        try
        {
            Format(message, position, state, asBytes: false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever it is, it is this message's: the others are still wanted.
            Unformatted++;
            screen.Warn($"The message{(position is { } at ? $" at position {at}" : "")} cannot be shown field by field ({e.Message}), so "
                + $"its bytes are shown.");
            Format(message, position, state, asBytes: true);
        }
    }

    /// <summary>Writes the line that was made last.</summary>
    public void Write() => screen.Write(_line);

    /// <summary>The line that was made last.</summary>
    public override string ToString() => _line.ToString();

    private void Format(ReadOnlySpan<byte> message, long? position, MessageState? state, bool asBytes)
    {
        _line.Clear();
        using (Utf8JsonWriter writer = MessageFormat.WriterTo(_line))
        {
            if (position is { } at)
            {
                writer.WriteStartObject();
                writer.WriteNumber(DumpedLine.Position, at);
                if (state != null) Write(writer, state);
                writer.WritePropertyName(DumpedLine.Message);
            }

            if (asBytes)
            {
                writer.WriteStartObject();
                writer.WriteBase64String(MessageFormat.Base64, message);
                writer.WriteEndObject();
            }
            else
            {
                format.Read(writer, message, most);
            }

            if (position != null) writer.WriteEndObject();
        }

        _line.GetSpan(1)[0] = (byte)'\n';
        _line.Advance(1);
    }

    private static void Write(Utf8JsonWriter writer, MessageState state)
    {
        writer.WriteString(DumpedLine.State, state.Name);
        writer.WriteNumber(DumpedLine.Deliveries, state.Deliveries);
        if (state.ProcessId is { } process) writer.WriteNumber(DumpedLine.ProcessId, process);
        if (state.Holder is { } holder) writer.WriteBoolean(DumpedLine.IsAlive, holder.IsAlive);
    }
}

/// <summary>
/// The form of a line of <c>dump</c>: <c>{"position": 3, "message": …}</c>; with a group, how the message stands is between the two.
/// </summary>
internal static class DumpedLine
{
    public const string Position = "position", Message = "message", State = "state", Deliveries = "deliveries", ProcessId = "processId",
        IsAlive = "isAlive";

    private static readonly string[] s_ofState = [State, Deliveries, ProcessId, IsAlive];

    /// <summary>
    /// How messages are parsed: as deep as they are. A field that is given twice is a mistake, and which of the two was meant nobody knows.
    /// </summary>
    public static JsonDocumentOptions Strictly { get; } = new() { AllowDuplicateProperties = false, MaxDepth = int.MaxValue };

    /// <summary>Whether the JSON is of that form and no other; then, the message in it.</summary>
    public static bool Is(JsonElement json, out JsonElement message)
    {
        message = default;
        if (json.ValueKind != JsonValueKind.Object) return false;
        int ofState = json.TryGetProperty(State, out _) ? s_ofState.Count(name => json.TryGetProperty(name, out _)) : 0;
        return json.GetPropertyCount() == 2 + ofState
            && json.TryGetProperty(Position, out JsonElement position) && position.ValueKind == JsonValueKind.Number
                && position.TryGetInt64(out _)
            && json.TryGetProperty(Message, out message);
    }
}
