namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// A subscriber in a storm: subscribes, takes by every way to take, ends its subscription and subscribes again, until the queue's end or
/// killed.
/// </summary>
internal sealed class StormSubscriber<TProducers>(TypedBroadcast<Parcel, TProducers> queue, StormSubscription kind, SubscriberLog log,
    Random random)
    where TProducers : struct, IProducerRole
{
    private const int MostCalls = 400, CallsBetweenRests = 300;

    public void TakeUntilEnd()
    {
        while (!TakeForAWhile())
        {
        }
    }

    /// <summary>One subscription. True: the queue is at its end.</summary>
    private bool TakeForAWhile()
    {
        SubscribeFrom from = random.Next(2) == 0 ? SubscribeFrom.Oldest : SubscribeFrom.Latest;
        using TypedSubscription<Parcel> subscription = kind.Subscribe(queue, from);
        log.Begin(subscription.Position, subscription.Missed);
        WaysToTake ways = new(new SubscriptionEnd(subscription), random);
        for (int left = random.Next(1, MostCalls); left > 0; left--)
        {
            Span<Parcel> hands = ways.NextHands();
            log.BeginTaking(hands.Length);
            int taken;
            try
            {
                taken = ways.Take(hands);
            }
            catch (ShmQueueCompletedException)
            {
                log.EndTaking(subscription.Position, subscription.Missed, []);
                return true;
            }

            log.EndTaking(subscription.Position, subscription.Missed, hands[..taken]);
            // It lags now and then, so that producers wait for it, or lap it.
            if (random.Next(CallsBetweenRests) == 0) Thread.Sleep(random.Next(3));
        }

        return false;
    }
}
