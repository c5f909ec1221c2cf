namespace TypedShmQueue.Peer.Storm;

/// <summary>A consumer in a storm: takes by every way to take, until the queue's end or killed.</summary>
internal sealed class StormConsumer(ITaker queue, LifeLog log, Random random)
{
    private readonly WaysToTake _ways = new(queue, random);

    public void TakeUntilEnd()
    {
        try
        {
            while (true)
            {
                Span<Parcel> hands = _ways.NextHands();
                log.BeginTaking(hands.Length);
                int taken = _ways.Take(hands);
                foreach (ref readonly Parcel parcel in hands[..taken]) log.Add(parcel);
                log.EndTaking();
            }
        }
        catch (ShmQueueCompletedException)
        {
            log.EndTaking();
        }
    }
}
