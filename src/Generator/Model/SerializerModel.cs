namespace TypedShmQueue.Generator.Model;

/// <summary>How the messages of a queue are turned into bytes, where they are not copied as they stand.</summary>
/// <param name="Type">The serializer's type for use in code; null if the message is marked for MemoryPack, whose serializer is
/// emitted.</param>
/// <param name="MemoryPackAlias">The alias by which the project knows MemoryPack; null if <c>global::</c> leads to it, or it is not
/// used.</param>
/// <param name="WarningIds">Ids of the warnings that naming it would bring, beside those that no emitted code heeds.</param>
internal sealed record SerializerModel(string? Type, string? MemoryPackAlias, EquatableArray<string> WarningIds);
