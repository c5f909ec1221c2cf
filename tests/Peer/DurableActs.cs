using System.Globalization;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do with a durable queue.</summary>
internal sealed class DurableActs(QueueContract contract, string name, ShmQueueOptions options, Orders orders)
{
    private const long Me = 101;

    /// <summary>Sends a message at each order, and says whether the call returned: "sent 3", or "failed" and the exception.</summary>
    public void SendAsOrdered()
    {
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(contract, name,
            options with { Durability = Durability.Committed });
        Orders.Say("ready");
        for (int i = 0; orders.Next() is "send"; i++)
        {
            try
            {
                queue.Enqueue(new Parcel(Me, i), default);
                Orders.Say(string.Create(CultureInfo.InvariantCulture, $"sent {i}"));
            }
            catch (ShmQueueException e)
            {
                Orders.Say($"failed {e.GetType().Name}");
            }
        }
    }
}
