using System.Text.Json.Nodes;

namespace TypedShmQueue.Tool.Messages;

/// <summary>One message in one line of JSON.</summary>
/// <param name="Position">Counted from the first message ever sent, which is 0.</param>
/// <param name="Message">Its fields.</param>
internal sealed record MessageLine(long Position, JsonNode Message);
