using MemoryPack;

namespace TypedShmQueue.Generator.Integration.Serialization;

[MemoryPackable]
[ShmQueue(MaxMessageBytes = 4092)]
public sealed partial record Report(string Title, int[] Numbers);
