namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// A worker in a storm with power failures: takes under leases by every way to take, by handles that see what is sent and handles that see
/// what is committed, acknowledges most, gives others back, and flushes now and then. Until the queue's end, or killed.
/// </summary>
/// <param name="open">Opens the queue.</param>
/// <param name="log">Its life.</param>
/// <param name="random">What decides.</param>
internal sealed class DurableWorker<TProducers>(Func<ShmQueueOptions, TypedAcknowledged<Parcel, TProducers>> open, LeaseLog log,
    Random random)
    where TProducers : struct, IProducerRole
{
    private const int MostAtOnce = 8, Ways = 5, CallsBetweenHandles = 200, CallsBetweenFlushes = 10;

    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(2);

    private readonly TypedLease<Parcel>[] _room = new TypedLease<Parcel>[MostAtOnce];

    public void TakeUntilEnd()
    {
        try
        {
            while (true) WorkForAWhile();
        }
        catch (ShmQueueCompletedException)
        {
            log.EndTaking();
        }
    }

    private void WorkForAWhile()
    {
        bool isCareful = random.Next(2) == 0;
        using TypedAcknowledged<Parcel, TProducers> queue = open(new()
        {
            Durability = random.Next(2) == 0 ? Durability.Committed : Durability.Cached,
            Visibility = isCareful ? Visibility.Committed : Visibility.AtOnce,
        });
        log.Add(isCareful ? LeaseEventKind.Careful : LeaseEventKind.Hasty, default, 0);
        for (int left = random.Next(1, 2 * CallsBetweenHandles); left > 0; left--)
        {
            int most = random.Next(1, MostAtOnce + 1);
            log.BeginTaking(most);
            int taken = Take(queue, random.Next(Ways), _room.AsSpan(0, most));
            foreach (ref readonly TypedLease<Parcel> lease in _room.AsSpan(0, taken))
            {
                if (!lease.Value.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
                log.Add(LeaseEventKind.Taken, lease.Value, lease.Deliveries);
            }

            log.EndTaking();
            for (int i = 0; i < taken; i++) Settle(_room[i]);
            if (random.Next(CallsBetweenFlushes) != 0) continue;
            queue.Flush();
            log.Add(LeaseEventKind.Flushed, default, 0);
        }
    }

    private static int Take(TypedAcknowledged<Parcel, TProducers> queue, int way, Span<TypedLease<Parcel>> room)
    {
        switch (way)
        {
            case 0: return queue.Take(room, default);
            case 1: return queue.TryTake(room);
            case 2: return queue.TryTake(out room[0], s_little) ? 1 : 0;
            case 3:
                room[0] = queue.TakeAsync(default).AsTask().GetAwaiter().GetResult();
                return 1;
            default:
                room[0] = queue.Take(default);
                return 1;
        }
    }

    private void Settle(in TypedLease<Parcel> lease)
    {
        Parcel parcel = lease.Value;
        int delivery = lease.Deliveries;
        if (random.Next(10) == 0)
        {
            log.Add(LeaseEventKind.GivingBack, parcel, delivery);
            lease.Abandon();
            return;
        }

        log.Add(LeaseEventKind.Acknowledging, parcel, delivery);
        if (!lease.Acknowledge()) throw new InvalidDataException("A message was taken back from a living worker.");
        log.Add(LeaseEventKind.Acknowledged, parcel, delivery);
    }
}
