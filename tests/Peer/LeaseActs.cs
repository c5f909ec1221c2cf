using System.Globalization;

namespace TypedShmQueue.Peer;

/// <summary>
/// What this process can be asked to do as one who takes under leases: a worker of a queue with acknowledged delivery, or a member of a
/// consumer group.
/// </summary>
internal sealed class LeaseActs(IShmTaker<TypedLease<Parcel>> taker, Orders orders)
{
    private static readonly TimeSpan s_farAway = TimeSpan.FromHours(1);

    /// <summary>Options of a handle that sends a message to the dead-letter queue when it comes to it for the second time.</summary>
    public static ShmQueueOptions Strict(ShmQueueOptions options, string name, bool oneProducer) =>
        oneProducer ? options : options with { MaxDeliveries = 1, DeadLetter = name + ".dead" };

    public void Play(string act, string argument)
    {
        if (act is "hold") Hold(int.Parse(argument, CultureInfo.InvariantCulture));
        else Work();
    }

    /// <summary>
    /// Takes so many messages, says which, and settles them as ordered: "acknowledge:0" the first, "abandon:1" the second, "delay:2" the
    /// third, but not before long. It ends by "end", or killed.
    /// </summary>
    private void Hold(int count)
    {
        TypedLease<Parcel>[] leases = new TypedLease<Parcel>[count];
        for (int taken = 0; taken < count;) taken += taker.Take(leases.AsSpan(taken), default);
        Orders.Say("took " + string.Join(' ', leases.Select(l => Described(l))));
        while (orders.Next().Split(':') is [var verb, var which])
        {
            TypedLease<Parcel> lease = leases[int.Parse(which, CultureInfo.InvariantCulture)];
            if (verb is "acknowledge") Acknowledge(lease);
            if (verb is "abandon") lease.Abandon();
            if (verb is "delay") lease.Abandon(s_farAway);
            Orders.Say("settled");
        }
    }

    /// <summary>Takes and acknowledges until the end, one at a time, and says each.</summary>
    private void Work()
    {
        Orders.Say("ready");
        try
        {
            while (true)
            {
                TypedLease<Parcel> lease = taker.Take(default);
                Orders.Say(Described(lease));
                Acknowledge(lease);
            }
        }
        catch (ShmQueueCompletedException)
        {
            Orders.Say("end");
        }
    }

    private static void Acknowledge(in TypedLease<Parcel> lease)
    {
        if (!lease.Acknowledge()) throw new InvalidOperationException("A message was taken back from a living worker.");
    }

    private static string Described(in TypedLease<Parcel> lease) => lease.Value.IsWhole
        ? string.Create(CultureInfo.InvariantCulture, $"{lease.Value.Sequence}/{lease.Deliveries}")
        : throw new InvalidDataException("A message is not as it was sent.");
}
