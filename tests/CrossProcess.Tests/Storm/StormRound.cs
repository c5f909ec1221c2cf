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
                new ProducerSeat(() => $"storm-produce {peer} {i}:{plan.Shifts}:{random.Next()}", i, standby, ledger, folder.Location)),
            .. Enumerable.Range(0, plan.ConsumerSeats).Select(i =>
                new ConsumerSeat(() => $"storm-consume {peer} {random.Next()}", i, standby, ledger, folder.Location)),
        ];
        try
        {
            Rage(seats, plan.Weather, plan.Kills, random, onKills, queue.Complete);
            return ledger.Balance(queue.GetStatistics().Displaced);
        }
        finally
        {
            foreach (Seat seat in seats) seat.Dispose();
        }
    }

    /// <summary>
    /// All seats are taken; then kill after kill; then the producers stop, the queue is completed, and the others drain it.
    /// </summary>
    public static void Rage(Seat[] seats, Weather weather, int kills, Random random, Action<int> onKills, Action complete)
    {
        foreach (Seat seat in seats) seat.Start();
        Seat[] victims = [.. seats.Where(s => weather == Weather.Both || s.IsProducer == (weather == Weather.Producers))];
        for (int killed = 0; killed < kills;) killed += Strike(victims, random, onKills);

        foreach (Seat seat in seats.Where(s => s.IsProducer)) seat.End();
        complete();
        foreach (Seat seat in seats.Where(s => !s.IsProducer)) seat.End();
    }

    /// <summary>Kills one process, or several at a time, mostly at work and now and then while it starts.</summary>
    public static int Strike(Seat[] seats, Random random, Action<int> onKills)
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
