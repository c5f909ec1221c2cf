namespace TypedShmQueue.Peer.Storm;

/// <summary>Takes by every way to take, as chance has it.</summary>
internal sealed class WaysToTake(ITaker queue, Random random)
{
    private const int MostAtOnce = 5, Ways = 6;

    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(2);

    private readonly Parcel[] _hands = new Parcel[MostAtOnce];

    /// <summary>The room for the next call: how much it can take.</summary>
    public Span<Parcel> NextHands()
    {
        bool isBatch = random.Next(2) == 0;
        return _hands.AsSpan(0, isBatch ? random.Next(1, MostAtOnce + 1) : 1);
    }

    /// <summary>One call. Returns how many it took, all of them whole.</summary>
    public int Take(Span<Parcel> hands)
    {
        int taken = Take(random.Next(Ways), hands);
        foreach (ref readonly Parcel parcel in hands[..taken])
        {
            if (!parcel.IsWhole) throw new InvalidDataException($"A message is not as it was sent: {parcel.Producer}/{parcel.Sequence}.");
        }

        return taken;
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
                if (queue.TryPeek(out Parcel seen) && !seen.IsWhole)
                    throw new InvalidDataException($"What was seen was torn: {seen.Producer}/{seen.Sequence}.");
                return queue.TryDequeue(out hands[0]) ? 1 : 0;
        }
    }
}
