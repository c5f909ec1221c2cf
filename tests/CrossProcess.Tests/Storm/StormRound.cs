namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// Producers and consumers, each a process, killed at random and replaced; then the producers stop, the queue is completed, the consumers
/// drain it, and the books must balance.
/// </summary>
internal static class StormRound
{
    private const int LongestPause = 30, KillsForOneInStarting = 8, KillsForOneOfSeveral = 4;

    public static StormBalance Run(StormPlan plan, Standby standby, Action<int> onKills) => (plan.Producers, plan.Consumers) switch
    {
        (nameof(ManyProducers), nameof(ManyConsumers)) => Run<ManyProducers, ManyConsumers>(plan, standby, onKills),
        (nameof(ManyProducers), nameof(OneConsumer)) => Run<ManyProducers, OneConsumer>(plan, standby, onKills),
        (nameof(ManyProducers), nameof(OneWaitingConsumer)) => Run<ManyProducers, OneWaitingConsumer>(plan, standby, onKills),
        (nameof(OneProducer), nameof(ManyConsumers)) => Run<OneProducer, ManyConsumers>(plan, standby, onKills),
        (nameof(OneProducer), nameof(OneConsumer)) => Run<OneProducer, OneConsumer>(plan, standby, onKills),
        (nameof(OneProducer), nameof(OneWaitingConsumer)) => Run<OneProducer, OneWaitingConsumer>(plan, standby, onKills),
        _ => throw new NotSupportedException($"No such roles: {plan}."),
    };

    private static StormBalance Run<TProducers, TConsumers>(StormPlan plan, Standby standby, Action<int> onKills)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        using QueueFolder folder = new();
        string name = ShmQueueName.NewUnique();
        using var queue = TypedQueue<Parcel, TProducers, TConsumers>.Create(
            Contracts.Parcel<TProducers, TConsumers>(), name, folder.Options with { Capacity = plan.Capacity });
        Random random = plan.NewRandom();
        QueueLedger ledger = new();
        string peer = $"{plan.Producers} {plan.Consumers} {folder.Location} {name}";
        Seat[] seats =
        [
            .. Enumerable.Range(0, plan.ProducerSeats).Select(i =>
                new Seat(() => $"storm-produce {peer} {i}:{plan.Shifts}:{random.Next()}", true, i, standby, ledger, folder.Location)),
            .. Enumerable.Range(0, plan.ConsumerSeats).Select(i =>
                new Seat(() => $"storm-consume {peer} {random.Next()}", false, i, standby, ledger, folder.Location)),
        ];
        try
        {
            foreach (Seat seat in seats) seat.Start();
            Seat[] victims = [.. seats.Where(s => plan.Weather == Weather.Both || s.IsProducer == (plan.Weather == Weather.Producers))];
            for (int kills = 0; kills < plan.Kills;) kills += Strike(victims, random, onKills);

            foreach (Seat seat in seats.Where(s => s.IsProducer)) seat.End();
            queue.Complete();
            foreach (Seat seat in seats.Where(s => !s.IsProducer)) seat.End();
            return ledger.Balance(queue.Statistics.Displaced);
        }
        finally
        {
            foreach (Seat seat in seats) seat.Dispose();
        }
    }

    /// <summary>Kills one process, or several at a time, mostly at work and now and then while it starts.</summary>
    private static int Strike(Seat[] seats, Random random, Action<int> onKills)
    {
        int count = random.Next(KillsForOneOfSeveral) == 0 ? random.Next(1, seats.Length + 1) : 1;
        Seat[] victims = [.. seats];
        random.Shuffle(victims);
        Array.Resize(ref victims, count);
        foreach (Seat seat in victims)
        {
            if (random.Next(KillsForOneInStarting) != 0) seat.WaitForCall();
        }

        Thread.Sleep(random.Next(LongestPause));
        foreach (Seat seat in victims) seat.Kill();
        foreach (Seat seat in victims) seat.Start();
        onKills(count);
        return count;
    }
}
