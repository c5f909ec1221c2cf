using MemoryPack;

namespace TypedShmQueue.Generator.Integration.Serialization;

/// <summary>A message that is one of several records: a union of MemoryPack, which is an interface.</summary>
[MemoryPackable]
[MemoryPackUnion(0, typeof(Circle))]
[MemoryPackUnion(1, typeof(Box))]
[ShmQueue(MaxMessageBytes = 200)]
public partial interface IShape;

[MemoryPackable]
public sealed partial record Circle(double Radius) : IShape;

[MemoryPackable]
public sealed partial record Box(double Width, string Colour) : IShape;
