namespace TypedShmQueue.Peer.Storm;

/// <summary>A consumer in a storm: takes by every way to take, until the queue's end or killed.</summary>
internal sealed class StormConsumer(ITaker queue, LifeLog log, Random random)
{
    private const int MostAtOnce = 5, Ways = 6;

    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(2);

    private readonly Parcel[] _hands = new Parcel[MostAtOnce];

    public void TakeUntilEnd()
    {
        try
        {
            while (true)
            {
                bool isBatch = random.Next(2) == 0;
                Span<Parcel> hands = _hands.AsSpan(0, isBatch ? random.Next(1, MostAtOnce + 1) : 1);
                log.BeginTaking(hands.Length);
                int taken = Take(random.Next(Ways), hands);
                foreach (ref readonly Parcel parcel in hands[..taken])
                {
                    if (!parcel.IsWhole) throw new InvalidDataException($"A message is not as it was sent: {parcel.Producer}/{parcel.Sequence}.");
                    log.Add(parcel);
                }

                log.EndTaking();
            }
        }
        catch (ShmQueueCompletedException)
        {
            log.EndTaking();
        }
    }

    private int Take(int way, Span<Parcel> hands)
    {
        if (hands.Length > 1) return way % 2 == 0 ? queue.Dequeue(hands) : queue.TryDequeue(hands);
        switch (way)
        {
            case 0 or 1:
                hands[0] = queue.Dequeue();
                return 1;
            case 2 or 3:
                return queue.TryDequeue(out hands[0]) ? 1 : 0;
            case 4:
                return queue.TryDequeue(out hands[0], s_little) ? 1 : 0;
            default:
                // Others may take what was seen, so all that can be said of it is that it is whole.
                if (queue.TryPeek(out Parcel seen) && !seen.IsWhole) throw new InvalidDataException($"What was seen was torn: {seen.Producer}/{seen.Sequence}.");
                return queue.TryDequeue(out hands[0]) ? 1 : 0;
        }
    }
}
