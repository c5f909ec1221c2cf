using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// Producers and subscribers of every kind, each a process, killed at random and replaced, beside a witness that lives; then the producers
/// stop, the queue is completed, the subscribers drain it, and the books must balance.
/// </summary>
internal static class BroadcastRound
{
    public static StormBalance Run(BroadcastPlan plan, Standby standby, Action<int> onKills) => plan.Producers switch
    {
        nameof(ManyProducers) => Run<ManyProducers>(plan, standby, onKills),
        nameof(OneProducer) => Run<OneProducer>(plan, standby, onKills),
        _ => throw new NotSupportedException($"No such role: {plan}."),
    };

    private static StormBalance Run<TProducers>(BroadcastPlan plan, Standby standby, Action<int> onKills)
        where TProducers : struct, IProducerRole
    {
        using QueueFolder folder = new();
        string name = ShmQueueName.NewUnique();
        using var queue = TypedBroadcast<Parcel, TProducers>.Create(
            Contracts.Parcel<TProducers, Subscribers>(), name, folder.Options with { Capacity = plan.Capacity });
        BroadcastLedger ledger = new(plan.Shifts);
        using TypedSubscription<Parcel> witness = queue.Subscribe(SubscribeFrom.Oldest, null);
        // Where the named ones begin is known.
        foreach (StormSubscription kind in StormSubscription.All.Where(k => k.IsNamed))
            kind.Subscribe(queue, SubscribeFrom.Oldest).Dispose();
        Random random = plan.NewRandom();
        string peer = $"{plan.Producers} {nameof(Subscribers)} {folder.Location} {name}";
        Seat[] seats =
        [
            .. Enumerable.Range(0, plan.ProducerSeats).Select(i =>
                new ProducerSeat(() => $"storm-produce {peer} {i}:{plan.Shifts}:{random.Next()}", i, standby, ledger, folder.Location)),
            .. StormSubscription.All.Select(kind =>
                new SubscriberSeat(() => $"storm-subscribe {peer} {kind.Word}:{random.Next()}", kind, standby, ledger, folder.Location)),
        ];
        Worker watching = Worker.Start(() => Watch(witness, ledger));
        try
        {
            StormRound.Rage(seats, plan.Weather, plan.Kills, random, onKills, queue.Complete);
            watching.Join();
            return ledger.Balance(queue.GetStatistics().Displaced);
        }
        finally
        {
            foreach (Seat seat in seats) seat.Dispose();
        }
    }

    private static void Watch(TypedSubscription<Parcel> witness, BroadcastLedger ledger)
    {
        try
        {
            while (true)
            {
                Parcel parcel = witness.Dequeue(default);
                if (!parcel.IsWhole)
                    throw new InvalidDataException($"A message is not as it was sent: {parcel.Producer}/{parcel.Sequence}.");
                ledger.Witnessed(witness.Position - 1, (int)parcel.Producer, parcel.Sequence);
            }
        }
        catch (ShmQueueCompletedException)
        {
            ledger.WitnessEnded(witness.Position, witness.Missed);
        }
    }
}
