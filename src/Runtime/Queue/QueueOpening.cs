using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;

namespace TypedShmQueue.Queue;

/// <summary>The four ways to attach to a queue.</summary>
internal static class QueueOpening
{
    public static Session Create<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged
    {
        QueuePlace place = Begin<TSlot>(contract, name, options, create: true);
        return Session.TryCreate(contract, place) ?? CreateInPlaceOfDeleted(contract, place)
            ?? throw ShmQueueExistsException.Of(name, place.Directory);
    }

    public static Session Open<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged
    {
        QueuePlace place = Begin<TSlot>(contract, name, options, create: false);
        return Session.TryOpen(contract, place) ?? throw new ShmQueueNotFoundException(name, place.Directory);
    }

    public static Session OpenOrCreate<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged
    {
        QueuePlace place = Begin<TSlot>(contract, name, options, create: true);
        while (true)
        {
            // Each round another process created or deleted it in between, so the system as a whole gets on.
            if ((Session.TryOpen(contract, place, freesName: true, out NameRemoval old)
                ?? Session.TryCreate(contract, place)) is { } session)
            {
                if (place.Options.WhenCompleted != WhenCompleted.Replace || !CompletedQueue.IsUsedUp(session)) return session;
                CompletedQueue.Remove(session);
                continue;
            }

            // A name that is not freed is no use to anybody who waits for it.
            if (old == NameRemoval.Held) throw ShmQueueExistsException.OfDeleted(name, place.Directory);
        }
    }

    /// <summary>Null if there is none.</summary>
    public static Session? TryOpen<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged =>
        Session.TryOpen(contract, Begin<TSlot>(contract, name, options, create: false));

    /// <summary>A queue whose deleter died before its name was free is no queue any more: opening it frees the name.</summary>
    private static Session? CreateInPlaceOfDeleted(QueueContract contract, QueuePlace place)
    {
        return QueueFile.RemoveDeleted(place) switch
        {
            NameRemoval.Removed => Session.TryCreate(contract, place),
            NameRemoval.Held => throw ShmQueueExistsException.OfDeleted(place.Name, place.Directory),
            _ => null,
        };
    }

    private static void ThrowIfLeasesAreImpossible(QueueContract contract, string name, ShmQueueOptions? options)
    {
        if (options is not ({ DeadLetter: not null } or { LeaseTimeout: not null } or { MaxDeliveries: > 0 })) return;
        if (contract.Roles.Delivery == Delivery.Queue)
            throw new ArgumentException($"ShmQueueOptions has MaxDeliveries, DeadLetter or LeaseTimeout, but the queue of " +
                $"'{contract.MessageName}' has no leases. Leave them out, or declare the message with Delivery = Delivery.Acknowledged.",
                nameof(options));
        if (options.DeadLetter is not { } deadLetter) return;
        if (string.Equals(deadLetter, name, StringComparison.Ordinal))
            throw new ArgumentException($"ShmQueueOptions.DeadLetter is '{deadLetter}', the name of the queue itself: rejected messages " +
                $"would come back. Choose another name.", nameof(options));
        if (contract.Roles.HasOneProducer)
            throw new ArgumentException($"ShmQueueOptions.DeadLetter is '{deadLetter}', but '{contract.MessageName}' is declared with " +
                $"Producers = Endpoints.One, and every worker is a producer of the dead-letter queue. Declare Endpoints.Many.",
                nameof(options));
        ShmQueueName.ThrowIfInvalid(deadLetter);
    }

    private static void ThrowIfDurabilityIsImpossible(ShmQueueOptions? options)
    {
        if (options is not { Durability: Durability.Committed }) return;
        if (options.Directory == null)
            throw new ArgumentException("ShmQueueOptions.Durability is Committed, but Directory is null, which is a folder in memory. " +
                "Set Directory to a folder on a disk.", nameof(options));
        if ((options.Permissions & RegionErrors.OthersBits) != UnixFileMode.None)
            throw new ArgumentException($"ShmQueueOptions.Durability is Committed, and Permissions are {options.Permissions}: the " +
                $"memory of a durable queue is in a folder that only one user may enter. Take the bits of group and others away.",
                nameof(options));
    }

    private static unsafe QueuePlace Begin<TSlot>(QueueContract contract, string name, ShmQueueOptions? options, bool create)
        where TSlot : unmanaged
    {
        FirstOpening.Begin();
        ArgumentNullException.ThrowIfNull(contract);
        contract.Verify(typeof(TSlot) == typeof(AnyMessage) ? contract.MessageSize : sizeof(TSlot));
        if (create && !contract.Roles.IsBroadcast && options?.Retention is { } retention)
            throw new ArgumentException($"ShmQueueOptions.Retention is {retention}, but this queue is not a broadcast queue: each " +
                $"message stays until it is taken. Leave Retention null, or declare the message with Delivery = Delivery.Broadcast.",
                nameof(options));
        ThrowIfLeasesAreImpossible(contract, name, options);
        ThrowIfDurabilityIsImpossible(options);
        return QueuePlace.Of(name, options, create);
    }
}
