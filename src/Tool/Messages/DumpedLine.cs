using System.Text.Json;

namespace TypedShmQueue.Tool.Messages;

/// <summary>The form of a line of <c>dump</c>: <c>{"position": 3, "message": …}</c>.</summary>
internal static class DumpedLine
{
    public const string Position = "position", Message = "message";

    /// <summary>
    /// How messages are parsed: as deep as they are. A field that is given twice is a mistake, and which of the two was meant nobody knows.
    /// </summary>
    public static JsonDocumentOptions Strictly { get; } = new() { AllowDuplicateProperties = false, MaxDepth = int.MaxValue };

    /// <summary>Whether the JSON is of that form and no other; then, the message in it.</summary>
    public static bool Is(JsonElement json, out JsonElement message)
    {
        message = default;
        return json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == 2
            && json.TryGetProperty(Position, out JsonElement position) && position.ValueKind == JsonValueKind.Number
                && position.TryGetInt64(out _)
            && json.TryGetProperty(Message, out message);
    }
}
