namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// Producers and workers of a durable queue, each a process, killed at random and replaced; now and then all of them at once, and then the
/// memory is thrown away, and whoever comes first recovers the queue. Then the producers stop, the queue is completed, the workers finish
/// it, and the books must balance.
/// </summary>
internal static class DurableRound
{
    private const int StrikesForOnePowerFailure = 4;

    /// <summary>Where the ring's header says what is committed; docs/memory-layout.md has it.</summary>
    private const long LimitOffset = 1328;

    public static StormBalance Run(DurablePlan plan, Standby standby, Action<int> onKills, out int powerFailures) => plan.Producers switch
    {
        nameof(ManyProducers) => Run<ManyProducers>(plan, standby, onKills, out powerFailures),
        _ => Run<OneProducer>(plan, standby, onKills, out powerFailures),
    };

    private static StormBalance Run<TProducers>(DurablePlan plan, Standby standby, Action<int> onKills, out int powerFailures)
        where TProducers : struct, IProducerRole
    {
        using QueueFolder logs = new();
        string disk = Path.Combine(AppContext.BaseDirectory, $"durable-storm-{Guid.NewGuid():N}"), name = ShmQueueName.NewUnique();
        Directory.CreateDirectory(disk);
        ShmQueueOptions options = new() { Directory = disk, Durability = Durability.Committed, Capacity = plan.Capacity };
        Random random = plan.NewRandom();
        DurableLedger ledger = new();
        string peer = $"{plan.Producers} {nameof(Workers)} {disk} {name}";
        Seat[] seats =
        [
            .. Enumerable.Range(0, plan.ProducerSeats).Select(i => new ProducerSeat(
                () => $"storm-durable-send {peer} {i}:{random.Next()}", i, standby, ledger, logs.Location)),
            .. Enumerable.Range(0, DurablePlan.WorkerSeats).Select(i => new DurableSeat(
                () => $"storm-durable-work {peer} {random.Next()}", i, standby, ledger, logs.Location)),
        ];
        try
        {
            Open<TProducers>(name, options).Dispose();
            foreach (Seat seat in seats) seat.Start();
            for (int killed = 0; killed < plan.Kills;)
            {
                killed += random.Next(StrikesForOnePowerFailure) == 0
                    ? LosePower<TProducers>(seats, name, options, ledger, random, onKills)
                    : StormRound.Strike(seats, random, onKills);
            }

            foreach (Seat seat in seats.Where(s => s.IsProducer)) seat.End();
            using (TypedAcknowledged<Parcel, TProducers> queue = Open<TProducers>(name, options)) queue.Complete();
            foreach (Seat seat in seats.Where(s => !s.IsProducer)) seat.End();
            powerFailures = ledger.Epoch;
            return ledger.Balance(0);
        }
        finally
        {
            foreach (Seat seat in seats) seat.Dispose();
            foreach (string ring in Rings(name)) File.Delete(ring);
            Directory.Delete(disk, recursive: true);
        }
    }

    /// <summary>
    /// Everybody dies, and the memory with them. Half of the time this process recovers the queue, and looks where it ends; otherwise
    /// those who come next race for it, and some of them are killed in it.
    /// </summary>
    private static int LosePower<TProducers>(Seat[] seats, string name, ShmQueueOptions options, DurableLedger ledger, Random random,
        Action<int> onKills)
        where TProducers : struct, IProducerRole
    {
        foreach (Seat seat in seats)
        {
            if (random.Next(2) == 0) seat.WaitForCall();
        }

        Thread.Sleep(random.Next(20));
        foreach (Seat seat in seats) seat.Kill();
        long limit = Rings(name).Select(LimitOf).DefaultIfEmpty().Max();
        foreach (string ring in Rings(name)) File.Delete(ring);
        ledger.LostPower(limit);
        if (random.Next(2) == 0)
        {
            using TypedAcknowledged<Parcel, TProducers> queue = Open<TProducers>(name, options with { Durability = Durability.Cached });
            ledger.Recovered(LimitOf(Rings(name).Single()));
        }

        foreach (Seat seat in seats) seat.Start();
        onKills(seats.Length);
        return seats.Length;
    }

    private static TypedAcknowledged<Parcel, TProducers> Open<TProducers>(string name, ShmQueueOptions options)
        where TProducers : struct, IProducerRole =>
        TypedAcknowledged<Parcel, TProducers>.OpenOrCreate(Contracts.Parcel<TProducers, Workers>(), name, options);

    private static string[] Rings(string name)
    {
        string memory = QueueFiles.DirectoryOf(ShmQueueOptions.Default);
        return Directory.Exists(memory) ? Directory.GetFiles(memory, name + ".*") : [];
    }

    private static long LimitOf(string ring)
    {
        using FileStream file = new(ring, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] word = new byte[sizeof(long)];
        _ = RandomAccess.Read(file.SafeFileHandle, word, LimitOffset);
        return BitConverter.ToInt64(word);
    }
}
