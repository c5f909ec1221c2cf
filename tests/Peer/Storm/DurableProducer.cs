namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// A producer in a storm with power failures: sends by every way that says when the disk has it, and notes a message as sent when it has.
/// Until told to stop, or killed.
/// </summary>
/// <param name="open">Opens the queue.</param>
/// <param name="log">Its life.</param>
/// <param name="producer">Its number.</param>
/// <param name="random">What decides.</param>
internal sealed class DurableProducer<TProducers>(Func<ShmQueueOptions, TypedAcknowledged<Parcel, TProducers>> open, LifeLog log,
    int producer, Random random)
    where TProducers : struct, IProducerRole
{
    private const int MostAtOnce = 20, Ways = 6, CallsBetweenHandles = 100;

    private static readonly TimeSpan s_within = TimeSpan.FromMilliseconds(2);

    public void SendUntil(Func<bool> isToldToStop)
    {
        while (!isToldToStop())
        {
            ShmQueueOptions options = new() { Durability = Durability.Committed, CommitWithin = random.Next(3) == 0 ? s_within : null };
            using TypedAcknowledged<Parcel, TProducers> queue = open(options);
            for (int left = random.Next(1, 2 * CallsBetweenHandles); left > 0 && !isToldToStop(); left--)
                Send(queue, random.Next(Ways), waits: options.CommitWithin != null);
        }
    }

    private void Send(TypedAcknowledged<Parcel, TProducers> queue, int way, bool waits)
    {
        int count = way is 2 or 5 ? random.Next(1, MostAtOnce + 1) : 1, sent = count;
        Parcel[] parcels = [.. Enumerable.Range(0, count).Select(i => new Parcel(producer, log.Acknowledged + i))];
        log.BeginSending(count);
        switch (way)
        {
            case 0 or 1:
                queue.Enqueue(parcels[0], default);
                break;
            case 2:
                queue.Enqueue(parcels, default);
                break;
            case 3:
                if (queue.TryEnqueue(parcels[0], out CommitMark mark)) queue.WaitForCommit(mark);
                else sent = 0;
                break;
            case 4:
                queue.EnqueueAsync(parcels[0]).AsTask().GetAwaiter().GetResult();
                break;
            default:
                sent = queue.TryEnqueue(parcels);
                queue.Flush();
                break;
        }

        if (waits) queue.WaitForCommit(queue.GetCommitMark());
        log.EndSending(sent);
    }
}
