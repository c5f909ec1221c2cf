using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MemoryPack;

namespace TypedShmQueue.Aot;

/// <summary>An unmanaged message, in a queue of each delivery.</summary>
[ShmQueue(Capacity = 16)]
public struct Order
{
    public long Number;
    public ShmText32 Line;
}

/// <summary>To every subscriber.</summary>
[ShmQueue(Capacity = 16, Delivery = Delivery.Broadcast, Overflow = Overflow.Wait)]
public struct Tick
{
    public long Number;
}

/// <summary>To one worker, under a lease.</summary>
[ShmQueue(Capacity = 16, Delivery = Delivery.Acknowledged)]
public struct Job
{
    public long Number;
}

/// <summary>A message that MemoryPack writes.</summary>
[MemoryPackable]
[ShmQueue(Capacity = 16, MaxMessageBytes = 500)]
public sealed partial record Report(string Title, List<int> Numbers, int Number);

/// <summary>A message that System.Text.Json writes, by a contract that is generated.</summary>
[ShmQueue(Capacity = 16, Serializer = typeof(ShmJsonSerializer<Note, NoteJson>), MaxMessageBytes = 500)]
public sealed record Note(string Title, int[] Numbers, int Number);

/// <summary>Its contract.</summary>
[JsonSerializable(typeof(Note))]
public sealed partial class NoteJson : JsonSerializerContext, IShmJsonContext<Note>
{
    static JsonTypeInfo<Note> IShmJsonContext<Note>.TypeInfo => Default.Note;
}
