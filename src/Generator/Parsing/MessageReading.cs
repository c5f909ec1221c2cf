using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>What was read of one message.</summary>
/// <param name="MetadataName">The message's full metadata name.</param>
/// <param name="Model">The model of its queue; null if the message is refused.</param>
/// <param name="IsFlawed">Whether there is something to report about the message or its queue.</param>
internal sealed record MessageReading(string MetadataName, QueueModel? Model, bool IsFlawed);
