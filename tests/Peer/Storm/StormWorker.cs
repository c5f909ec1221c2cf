namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// A worker in a storm: takes under leases by every way to take, acknowledges most, gives others back now, later, or by the end of its
/// handle, and keeps some for a while; until the queue's end or killed.
/// </summary>
/// <param name="open">Opens the queue, and takes from it.</param>
/// <param name="log">Its life.</param>
/// <param name="random">What decides.</param>
internal sealed class StormWorker(Func<(IDisposable Handle, IShmTaker<TypedLease<Parcel>> Taker)> open, LeaseLog log, Random random)
{
    private const int MostAtOnce = 5, MostInHand = 12, Ways = 7, CallsBetweenRests = 100, CallsBetweenHandles = 300;

    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(2);

    private readonly List<TypedLease<Parcel>> _hand = [];
    private readonly TypedLease<Parcel>[] _room = new TypedLease<Parcel>[MostAtOnce];

    public void TakeUntilEnd()
    {
        while (!WorkForAWhile())
        {
        }
    }

    /// <summary>One handle. True: the queue is at its end.</summary>
    private bool WorkForAWhile()
    {
        (IDisposable handle, IShmTaker<TypedLease<Parcel>> taker) = open();
        using (handle)
        {
            for (int left = random.Next(1, 2 * CallsBetweenHandles); left > 0; left--)
            {
                if (!TryTake(taker)) return true;
                while (_hand.Count > random.Next(MostInHand)) Settle(random.Next(_hand.Count));
                // It is slow now and then, with its hands full.
                if (random.Next(CallsBetweenRests) == 0) Thread.Sleep(random.Next(3));
            }

            // What it holds is given back with the handle.
            foreach (TypedLease<Parcel> lease in _hand) Note(LeaseEventKind.GivingBack, lease);
            _hand.Clear();
        }

        return false;
    }

    /// <summary>False: the end.</summary>
    private bool TryTake(IShmTaker<TypedLease<Parcel>> taker)
    {
        int way = random.Next(Ways), most = way is 4 or 5 ? random.Next(1, MostAtOnce + 1) : 1;
        // Whoever waits for the end with something in hand waits for itself.
        if (way is 0 or 1 or 4 or 6)
        {
            while (_hand.Count > 0) Settle(_hand.Count - 1);
        }

        log.BeginTaking(most);
        int taken;
        try
        {
            taken = Take(taker, way, _room.AsSpan(0, most));
        }
        catch (ShmQueueCompletedException)
        {
            log.EndTaking();
            return false;
        }

        foreach (ref readonly TypedLease<Parcel> lease in _room.AsSpan(0, taken))
        {
            if (!lease.Value.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
            Note(LeaseEventKind.Taken, lease);
            _hand.Add(lease);
        }

        log.EndTaking();
        return true;
    }

    private static int Take(IShmTaker<TypedLease<Parcel>> taker, int way, Span<TypedLease<Parcel>> room)
    {
        switch (way)
        {
            case 0 or 1:
                room[0] = taker.Take(default);
                return 1;
            case 2: return taker.TryTake(out room[0]) ? 1 : 0;
            case 3: return taker.TryTake(out room[0], s_little) ? 1 : 0;
            case 4: return taker.Take(room, default);
            case 5: return taker.TryTake(room);
            default:
                room[0] = taker.TakeAsync(default).AsTask().GetAwaiter().GetResult();
                return 1;
        }
    }

    private void Settle(int which)
    {
        TypedLease<Parcel> lease = _hand[which];
        _hand.RemoveAt(which);
        // Nobody has overwritten it meanwhile.
        if (!lease.Value.IsWhole) throw new InvalidDataException("A message in hand is not as it was sent.");
        int chance = random.Next(100);
        if (chance < 80)
        {
            Parcel parcel = lease.Value;
            log.Add(LeaseEventKind.Acknowledging, parcel, lease.Deliveries);
            if (!lease.Acknowledge()) throw new InvalidDataException("A message was taken back from a living worker.");
            log.Add(LeaseEventKind.Acknowledged, parcel, lease.Deliveries);
            return;
        }

        Note(LeaseEventKind.GivingBack, lease);
        if (chance < 90) lease.Abandon();
        else if (chance < 95) lease.Abandon(TimeSpan.FromMilliseconds(random.Next(3)));
        else lease.Dispose();
    }

    private void Note(LeaseEventKind kind, in TypedLease<Parcel> lease) => log.Add(kind, lease.Value, lease.Deliveries);
}
