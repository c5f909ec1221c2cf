using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class LedgerTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int PerProducer = 15_000;

    /// <summary>Threads with handles of their own and threads that share one, every way to send and to take, tiny rings.</summary>
    [Theory]
    [InlineData(2, WaitPolicy.Park)]
    [InlineData(16, WaitPolicy.Adaptive)]
    [InlineData(1024, WaitPolicy.Adaptive)]
    public void Every_message_comes_once_and_in_its_producer_s_order(int capacity, WaitPolicy wait)
    {
        int producers = OneProducer ? 1 : 3, consumers = OneConsumer ? 1 : 2;
        var queue = Create(capacity, wait: wait);
        var other = Open(wait);
        Ledger[] ledgers = [.. Enumerable.Range(0, consumers).Select(_ => new Ledger())];
        Worker[] takers = Worker.StartMany(consumers, i => Take(i == 0 ? queue : other, ledgers[i]));
        // The third producer shares a handle with the first.
        Worker[] senders = Worker.StartMany(producers, i => Send(i == 1 ? other : queue, i, PerProducer));
        foreach (Worker sender in senders) sender.Join();
        queue.Complete();
        foreach (Worker taker in takers) taker.Join();

        (var missing, int doubled) = Ledger.Balance(ledgers, Enumerable.Range(0, producers).Select(i => ((long)i, (long)PerProducer)));
        missing.ShouldBeEmpty();
        doubled.ShouldBe(0);
        if (OneProducer && OneConsumer) ledgers[0].All.Select(e => e.Sequence).ShouldBe(Range(0, PerProducer));
        queue.GetStatistics().Enqueued.ShouldBe(producers * PerProducer);
        queue.GetStatistics().Dequeued.ShouldBe(producers * PerProducer);
        queue.GetStatistics().Recovered.ShouldBe(0);
    }

    [Fact]
    public void Displaced_and_taken_together_are_what_was_sent()
    {
        if (NeverDisplaces) return;
        int producers = OneProducer ? 1 : 2;
        var queue = Create(capacity: 4);
        Ledger taken = new();
        Ledger[] displaced = [.. Enumerable.Range(0, producers).Select(_ => new Ledger())];
        Worker taker = Worker.Start(() => Take(queue, taken));
        Worker[] senders = Worker.StartMany(producers, i =>
        {
            for (int n = 0; n < PerProducer; n++)
            {
                if (queue.EnqueueShift(new Parcel(i, n), out Parcel old)) displaced[i].Add(old);
            }
        });
        foreach (Worker sender in senders) sender.Join();
        queue.Complete();
        taker.Join();

        // Several displacers: each may displace more than the one it hands out, so the count is the authority.
        long sent = (long)producers * PerProducer;
        queue.GetStatistics().Enqueued.ShouldBe(sent);
        queue.GetStatistics().Dequeued.ShouldBe(taken.All.Count);
        (queue.GetStatistics().Dequeued + queue.GetStatistics().Displaced).ShouldBe(sent);
        (var missing, int doubled) = Ledger.Balance([taken, .. displaced],
            Enumerable.Range(0, producers).Select(i => ((long)i, (long)PerProducer)));
        doubled.ShouldBe(0);
        missing.Count.ShouldBe((int)(sent - taken.All.Count - displaced.Sum(d => d.All.Count)));
        if (OneProducer) missing.ShouldBeEmpty();
    }

    /// <summary>Two consumers that take the same batch at once: one of them has it, the other has nothing.</summary>
    [Fact]
    public void Batch_that_another_consumer_took_is_not_taken_twice()
    {
        if (OneConsumer) return;
        var queue = Create(capacity: 64);
        var other = Open();
        Ledger[] ledgers = [new(), new()];
        long next = 0;
        using Barrier round = new(3);
        Worker[] takers = Worker.StartMany(2, i =>
        {
            Parcel[] room = new Parcel[64];
            for (int n = 0; n < 500; n++)
            {
                round.SignalAndWait();
                for (int looks = 0; looks < 20; looks++)
                {
                    int taken = (i == 0 ? queue : other).TryDequeue(room);
                    for (int k = 0; k < taken; k++) ledgers[i].Add(room[k]);
                }

                round.SignalAndWait();
            }
        });
        for (int n = 0; n < 500; n++)
        {
            next += queue.TryEnqueue(Parcels(next, 64));
            round.SignalAndWait();
            round.SignalAndWait();
        }

        foreach (Worker taker in takers) taker.Join();
        foreach (long left in Drain(queue)) ledgers[0].Add(0, left);
        (var missing, int doubled) = Ledger.Balance(ledgers, [(0L, next)]);
        (missing.Count, doubled).ShouldBe((0, 0));
    }

    private static void Send(TypedQueue<Parcel, TProducers, TConsumers> queue, int producer, int count)
    {
        Random random = new(producer);
        for (int n = 0; n < count;)
        {
            switch (random.Next(5))
            {
                case 0:
                    Parcel[] batch = [.. Enumerable.Range(n, Math.Min(random.Next(1, 8), count - n)).Select(s => new Parcel(producer, s))];
                    queue.Enqueue(batch, default);
                    n += batch.Length;
                    break;
                case 1 when queue.TryClaim(out SlotWriter<Parcel> writer):
                    using (writer)
                    {
                        // Now and then a producer changes its mind.
                        if (random.Next(4) == 0) break;
                        writer.Value = new Parcel(producer, n++);
                        writer.Commit();
                    }

                    break;
                case 2 when queue.TryEnqueue(new Parcel(producer, n)):
                    n++;
                    break;
                case 3:
                    if (queue.TryEnqueue(new Parcel(producer, n), TimeSpan.FromMilliseconds(50))) n++;
                    break;
                default:
                    queue.Enqueue(new Parcel(producer, n++), default);
                    break;
            }
        }
    }

    private static void Take(TypedQueue<Parcel, TProducers, TConsumers> queue, Ledger ledger)
    {
        Random random = new(ledger.GetHashCode());
        Parcel[] room = new Parcel[5];
        try
        {
            while (true)
            {
                switch (random.Next(4))
                {
                    case 0:
                        int taken = queue.Dequeue(room, default);
                        for (int i = 0; i < taken; i++) ledger.Add(room[i]);
                        break;
                    case 1:
                        if (queue.TryDequeue(out Parcel tried)) ledger.Add(tried);
                        break;
                    case 2:
                        _ = queue.TryPeek(out Parcel peeked);
                        (peeked == default || peeked.IsWhole).ShouldBeTrue();
                        if (queue.TryDequeue(out Parcel waited, TimeSpan.FromMilliseconds(50))) ledger.Add(waited);
                        break;
                    default:
                        ledger.Add(queue.Dequeue(default));
                        break;
                }
            }
        }
        catch (ShmQueueCompletedException)
        {
            // Drained: this is how it ends.
        }
    }
}
