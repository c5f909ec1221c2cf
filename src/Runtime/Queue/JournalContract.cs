using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Queue;

/// <summary>What a journal says of its queue: enough to make the ring anew.</summary>
internal static class JournalContract
{
    /// <summary>The header of a new journal.</summary>
    public static JournalHeader Of(QueueContract contract, QueuePlace place, SegmentGeometry geometry)
    {
        long side = SideState.MostBytes(geometry);
        return new JournalHeader
        {
            QueueId = Guid.NewGuid(),
            HalfSize = JournalHeader.HalfSizeFor(geometry.Capacity, geometry.MessageSize, side),
            Schema = contract.Identity.Schema.ToArray(),
            SchemaId = contract.SchemaId,
            Roles = contract.Roles.Bits,
            MessageSize = geometry.MessageSize,
            Capacity = geometry.Capacity,
            MaxParticipants = geometry.MaxParticipants,
            MaxSubscriptions = geometry.MaxSubscriptions,
            MaxGroups = geometry.MaxGroups,
            MaxLeases = geometry.MaxLeases,
            Permissions = place.Options.Permissions,
            RetentionMilliseconds = geometry.RetentionMilliseconds,
            CreatedUnixMilliseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            MaxSideBytes = side,
        };
    }

    /// <summary>The geometry of its ring.</summary>
    public static SegmentGeometry GeometryOf(JournalHeader header) =>
        new(header.Capacity, header.MessageSize, header.MaxParticipants, header.Schema.Length)
        {
            MaxSubscriptions = header.MaxSubscriptions,
            MaxGroups = header.MaxGroups,
            MaxLeases = header.MaxLeases,
            RetentionMilliseconds = header.RetentionMilliseconds,
        };

    /// <summary>Compares a journal with what a queue type expects.</summary>
    /// <exception cref="ShmQueueSchemaMismatchException">They differ; the message says in what.</exception>
    /// <exception cref="ShmQueueCorruptException">No queue has these facts.</exception>
    public static void Match(JournalHeader header, QueueContract contract, QueuePlace place)
    {
        SegmentGeometry geometry = GeometryOf(header);
        if (!geometry.IsSane)
            throw new ShmQueueCorruptException(place.Name, $"The journal of the queue '{place.Name}' says capacity {header.Capacity}, " +
                $"{header.MaxParticipants} participants, {header.MaxSubscriptions} subscriptions, {header.MaxGroups} groups and " +
                $"{header.MaxLeases} leases, which no queue has. Restore '{place.Path}' from a backup, or delete the queue.");
        SegmentFormat.Match(header.SchemaId, new RoleFlags(header.Roles), header.Schema.Span, geometry, contract.Identity, place.Name);
    }
}
