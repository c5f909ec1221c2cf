using MemoryPack;

namespace TypedShmQueue.Generator.Integration.Serialization;

[MemoryPackable]
[ShmQueue(Capacity = 8, MaxMessageBytes = 500, Delivery = Delivery.Broadcast)]
public sealed partial record Bulletin(string Title, IReadOnlyList<string> Places, Report Report, string? Note);
