namespace TypedShmQueue.Generator.Model;

/// <summary>How the messages of a queue are turned into bytes, where they are not copied as they stand.</summary>
/// <param name="Type">The serializer's type for use in code; null if the message is marked for MemoryPack, whose serializer is emitted.</param>
/// <param name="WarningIds">Ids of the warnings that naming it would bring, beside those that no emitted code heeds.</param>
internal sealed record SerializerModel(string? Type, EquatableArray<string> WarningIds);
