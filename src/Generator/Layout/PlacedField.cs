namespace TypedShmQueue.Generator.Layout;

/// <summary>A field and the bytes before it.</summary>
internal sealed record PlacedField(string Name, TypeLayout Type, long Offset);
