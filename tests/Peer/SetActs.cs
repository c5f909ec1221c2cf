using System.Globalization;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do as one consumer over many queues.</summary>
internal sealed class SetActs<TProducers, TConsumers>(QueueContract contract, string name, ShmQueueOptions options)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>
    /// "queues:how": takes from so many queues until the end of each, waiting by "wait" or "await", and says each message.
    /// </summary>
    public void Take(string argument)
    {
        string[] parts = argument.Split(':');
        int queues = int.Parse(parts[0], CultureInfo.InvariantCulture);
        using ShmWaitSet set = new();
        for (int i = 0; i < queues; i++)
            set.Add(TypedQueue<Parcel, TProducers, TConsumers>.Open(contract, string.Create(CultureInfo.InvariantCulture, $"{name}.{i}"),
                options));
        Orders.Say("ready");
        while (set.Count > 0)
        {
            ShmReady ready = parts[1] is "await" ? set.WaitAsync().AsTask().GetAwaiter().GetResult() : set.Wait();
            foreach (IShmWaitable one in ready) TakeAll(set, (TypedQueue<Parcel, TProducers, TConsumers>)one);
        }

        Orders.Say("end");
    }

    private static void TakeAll(ShmWaitSet set, TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        while (queue.TryDequeue(out Parcel parcel))
        {
            if (!parcel.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
            Orders.Say(string.Create(CultureInfo.InvariantCulture, $"{parcel.Producer} {parcel.Sequence}"));
        }

        if (!queue.IsCompleted) return;
        set.Remove(queue);
        queue.Dispose();
    }
}
