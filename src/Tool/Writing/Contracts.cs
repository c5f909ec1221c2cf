using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Writing;

/// <summary>What a compiled queue type would say of itself, said by the queue.</summary>
internal static class Contracts
{
    /// <summary>The contract by which a queue's own processes opened it.</summary>
    public static QueueContract Of(SegmentReader queue) => new(
        ShmSchema.TryParse(queue.SchemaText, out ShmSchema? schema)
            ? schema.Name
            : "?", queue.Geometry.MessageSize, queue.Geometry.Capacity, queue.SchemaId, queue.SchemaText,
        queue.Roles.HasOneProducer ? Endpoints.One : Endpoints.Many,
        queue.Roles.HasOneConsumer ? Endpoints.One : Endpoints.Many,
        queue.Roles.Waits ? Overflow.Wait : Overflow.Any,
        queue.Roles.IsBroadcast ? Delivery.Broadcast : Delivery.Queue);
}
