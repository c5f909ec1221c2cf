using MemoryPack;

namespace TypedShmQueue.Samples.Serialized;

/// <summary>Goes to everybody who subscribes: each subscriber gets every one.</summary>
[MemoryPackable]
[ShmQueue(Capacity = 64, MaxMessageBytes = 1012, Delivery = Delivery.Broadcast, Overflow = Overflow.Wait)]
public sealed partial record Served(int Order, string Guest, string Announcement, decimal Bill, IReadOnlyList<string> Dishes);
