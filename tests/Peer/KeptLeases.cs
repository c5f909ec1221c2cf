using System.Globalization;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do with leases: as a worker, or as a member of a group.</summary>
internal static class KeptLeases
{
    /// <summary>A queue with acknowledged delivery: see <see cref="Keep"/>.</summary>
    public static void Play<TProducers>(string folder, string name, Orders orders, string argument) where TProducers : struct, IProducerRole
    {
        using var queue = TypedAcknowledged<Parcel, TProducers>.Open(Contracts.Parcel<TProducers, Workers>(), name,
            new ShmQueueOptions { Directory = folder, Wait = WaitPolicy.Park });
        Keep(queue, orders, argument);
    }

    /// <summary>A group of a broadcast queue. The argument is the group's name, a colon and how many messages.</summary>
    public static void PlayGroup<TProducers>(string folder, string name, Orders orders, string argument)
        where TProducers : struct, IProducerRole
    {
        using var queue = TypedBroadcast<Parcel, TProducers>.Open(Contracts.Parcel<TProducers, Subscribers>(), name,
            new ShmQueueOptions { Directory = folder, Wait = WaitPolicy.Park });
        string[] parts = argument.Split(':');
        using var group = queue.JoinGroup(parts[0], SubscribeFrom.Oldest);
        Keep(group, orders, parts[1]);
    }

    /// <summary>
    /// Takes so many messages, each by a lease of its own, and keeps them until the order to acknowledge comes, or it is killed.
    /// </summary>
    private static void Keep(IShmTaker<TypedLease<Parcel>> taker, Orders orders, string count)
    {
        TypedLease<Parcel>[] leases =
            [.. Enumerable.Range(0, int.Parse(count, CultureInfo.InvariantCulture)).Select(_ => taker.Take(CancellationToken.None))];
        Orders.Say("holds " + string.Join(' ', leases.Select(static l => string.Create(CultureInfo.InvariantCulture, $"{l.Position}"))));
        orders.WaitFor("acknowledge");
        foreach (TypedLease<Parcel> lease in leases) Orders.Say(lease.Acknowledge() ? "acknowledged" : "too late");
        _ = orders.Next();
    }
}
