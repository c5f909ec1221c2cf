using MemoryPack;

namespace TypedShmQueue.Samples.Serialized;

/// <summary>Goes to the kitchen, which takes each order once.</summary>
[MemoryPackable]
[ShmQueue(Capacity = 64, MaxMessageBytes = 1012)]
public sealed partial record Order(int Number, string Guest, IReadOnlyList<Dish> Dishes);

[MemoryPackable]
public sealed partial record Dish(string Name, decimal Price);
