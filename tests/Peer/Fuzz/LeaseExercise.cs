using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.Peer.Fuzz;

/// <summary>
/// Every call of one handle that sends, takes under leases and settles, in random order. Each may do its work or report; what it may not do
/// is hang, fault, or throw anything that is not a typed report.
/// </summary>
internal sealed class LeaseExercise(QueueBase queue, ISender sender, IShmTaker<TypedLease<Parcel>> taker, FuzzPage page) : IFuzzed
{
    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(1);

    private readonly FuzzCalls _calls = new(page);
    private readonly List<TypedLease<Parcel>> _hand = [];

    public int Capacity => queue.Capacity;

    public bool TryEnqueue(in Parcel parcel) => sender.TryEnqueue(parcel);

    public void TryTakeOne()
    {
        if (taker.TryTake(out TypedLease<Parcel> lease)) _ = lease.Acknowledge();
    }

    public bool TryClaim(out SlotWriter<Parcel> writer) => sender.TryClaim(out writer);

    public void Complete() => queue.Complete();

    public void Dispose() => queue.Dispose();

    public void Send(Random random)
    {
        for (int i = 0; i < FuzzCalls.AtOnce; i++) _calls.Try(SendOnce, random.Next(7), random, ref page.Sending);
    }

    public void Take(Random random)
    {
        for (int i = 0; i < FuzzCalls.AtOnce; i++) _calls.Try(TakeOnce, random.Next(12), random, ref page.Taking);
    }

    private void SendOnce(int way, Random random)
    {
        Parcel parcel = new(1, random.Next());
        switch (way)
        {
            case 0 or 1: _ = sender.TryEnqueue(parcel); break;
            case 2: _ = sender.TryEnqueue(parcel, s_little); break;
            case 3: _ = sender.TryEnqueue([parcel, parcel, parcel]); break;
            case 4: FuzzCalls.WithToken(token => ((IShmProducer<Parcel>)queue).Enqueue(parcel, token)); break;
            case 5: ClaimOnce(parcel, commit: random.Next(2) == 0); break;
            default:
                if (random.Next(8) == 0) queue.Complete();
                else Look();
                break;
        }
    }

    private void TakeOnce(int way, Random random)
    {
        TypedLease<Parcel>[] room = new TypedLease<Parcel>[random.Next(1, 5)];
        switch (way)
        {
            case 0 or 1: Hold(room, taker.TryTake(out room[0]) ? 1 : 0); break;
            case 2: Hold(room, taker.TryTake(out room[0], s_little) ? 1 : 0); break;
            case 3: Hold(room, taker.TryTake(room)); break;
            case 4: FuzzCalls.WithToken(token => Hold(room, taker.Take(room, token))); break;
            case 5: FuzzCalls.WithToken(token =>
            {
                room[0] = taker.TakeAsync(token).AsTask().GetAwaiter().GetResult();
                Hold(room, 1);
            }); break;
            case 6: Poll(room); break;
            case 7: Look(); break;
            default: Settle(random); break;
        }
    }

    private void Hold(TypedLease<Parcel>[] room, int taken)
    {
        lock (_hand) _hand.AddRange(room.AsSpan(0, taken));
    }

    private void Settle(Random random)
    {
        TypedLease<Parcel> lease;
        lock (_hand)
        {
            if (_hand.Count == 0) return;
            lease = _hand[^1];
            _hand.RemoveAt(_hand.Count - 1);
        }

        switch (random.Next(5))
        {
            case 0: lease.Abandon(); break;
            case 1: lease.Abandon(s_little); break;
            case 2: lease.Dispose(); break;
            default:
                _ = lease.Value.IsWhole;
                _ = lease.Acknowledge();
                break;
        }
    }

    /// <summary>Often enough that a worker that only polls looks closely, too.</summary>
    private void Poll(TypedLease<Parcel>[] room)
    {
        for (int i = 0; i < 1100; i++)
        {
            if (!taker.TryTake(out room[0])) continue;
            Hold(room, 1);
            return;
        }
    }

    private void ClaimOnce(in Parcel parcel, bool commit)
    {
        if (!sender.TryClaim(out SlotWriter<Parcel> writer)) return;
        using (writer)
        {
            writer.Value = parcel;
            if (commit) writer.Commit();
        }
    }

    private void Look() => _ = (queue.Count, queue.IsEmpty, queue.IsCompleted, queue.IsDeleted, queue.GetStatistics().ToString(),
        queue.GetStatistics().Groups.Sum(g => g.Leases.Count));
}
