using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// Producers and workers that take under leases, each a process, killed at random and replaced; then the producers stop, the queue is
/// completed, the workers settle everything, and the books must balance.
/// </summary>
internal static class LeaseRound
{
    public static StormBalance Run(LeasePlan plan, Standby standby, Action<int> onKills)
    {
        using QueueFolder folder = new();
        string name = ShmQueueName.NewUnique();
        QueueBase queue = Create(plan, folder, name);
        LeaseLedger[] ledgers = [.. plan.Groups.Select(_ => new LeaseLedger())];
        Everyone everyone = new(ledgers);
        Random random = plan.NewRandom();
        string peer = $"{plan.Producers} {plan.Consumers} {folder.Location} {name}";
        Seat[] seats =
        [
            .. Enumerable.Range(0, plan.ProducerSeats).Select(i => new ProducerSeat(
                () => $"storm-produce {peer} {i}:{plan.Shifts}:{random.Next()}", i, standby, everyone, folder.Location)),
            .. plan.Groups.SelectMany((group, g) => Enumerable.Range(0, plan.SeatsInGroup).Select(i => new LeaseSeat(
                () => $"storm-work {peer} {group}:{random.Next()}", group, i, standby, ledgers[g], folder.Location))),
        ];
        try
        {
            StormRound.Rage(seats, plan.Weather, plan.Kills, random, onKills, queue.Complete);
            if (queue.GetStatistics().Groups.Any(g => g.Waiting + g.Leased != 0))
                throw new InvalidDataException("The workers have ended, and something is not settled.");
            return everyone.Balance(queue.GetStatistics().Displaced);
        }
        finally
        {
            foreach (Seat seat in seats) seat.Dispose();
        }
    }

    private static QueueBase Create(LeasePlan plan, QueueFolder folder, string name)
    {
        ShmQueueOptions options = folder.Options with { Capacity = plan.Capacity };
        return (plan.Producers, plan.IsBroadcast) switch
        {
            (nameof(ManyProducers), false) => Acknowledged<ManyProducers>(folder, name, options),
            (nameof(OneProducer), false) => Acknowledged<OneProducer>(folder, name, options),
            (nameof(ManyProducers), true) => Broadcast<ManyProducers>(plan, folder, name, options),
            _ => Broadcast<OneProducer>(plan, folder, name, options),
        };
    }

    private static TypedAcknowledged<Parcel, TProducers> Acknowledged<TProducers>(QueueFolder folder, string name, ShmQueueOptions options)
        where TProducers : struct, IProducerRole =>
        folder.Track(TypedAcknowledged<Parcel, TProducers>.Create(Contracts.Parcel<TProducers, Workers>(), name, options));

    private static TypedBroadcast<Parcel, TProducers> Broadcast<TProducers>(LeasePlan plan, QueueFolder folder, string name,
        ShmQueueOptions options)
        where TProducers : struct, IProducerRole
    {
        var queue = folder.Track(
            TypedBroadcast<Parcel, TProducers>.Create(Contracts.Parcel<TProducers, Subscribers>(), name, options));
        foreach (string group in plan.Groups) queue.JoinGroup(group).Dispose();
        return queue;
    }

    /// <summary>Every group gets every message: each has books of its own.</summary>
    private sealed class Everyone(LeaseLedger[] ledgers) : IStormLedger
    {
        public void Sent(int producer, long acknowledged, long begun)
        {
            foreach (LeaseLedger ledger in ledgers) ledger.Sent(producer, acknowledged, begun);
        }

        public void Displaced(int displacer, int producer, long sequence) => ledgers[0].Displaced(displacer, producer, sequence);

        public void DiedDisplacing() => ledgers[0].DiedDisplacing();

        public StormBalance Balance(long displacedInAll)
        {
            StormBalance[] all = [.. ledgers.Select(l => l.Balance(displacedInAll))];
            return all[0] with
            {
                Taken = all.Sum(b => b.Taken),
                Held = all.Sum(b => b.Held),
                Faults = [.. all.SelectMany(b => b.Faults)],
            };
        }
    }
}
