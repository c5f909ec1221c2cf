namespace TypedShmQueue;

/// <summary>One name of an enum.</summary>
/// <param name="Name">The name as declared.</param>
/// <param name="Value">Its number, which fits the enum's base type, whichever of the eight that is.</param>
public readonly record struct ShmSchemaEnumMember(string Name, Int128 Value);
