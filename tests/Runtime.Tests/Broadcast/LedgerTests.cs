using System.Collections.Concurrent;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>Many threads at once, and an account of every message for every subscriber.</summary>
public abstract class BroadcastLedgerTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private const int Messages = 20_000;

    private static int Producers => OneProducer ? 1 : 3;

    [Theory]
    [InlineData(Overflow.Any)]
    [InlineData(Overflow.Wait)]
    public void Subscribers_that_are_waited_for_get_everything_in_one_order(Overflow overflow)
    {
        Overflow = overflow;
        var queue = Create(capacity: 32);
        var readers = Enumerable.Range(0, 3).Select(_ => Folder.Track(Open().Subscribe(SubscribeFrom.Oldest, null))).ToArray();
        List<Parcel>[] got = [[], [], []];
        Worker[] consumers = Worker.StartMany(3, i => Collect(readers[i], got[i]));
        Worker[] producers = Worker.StartMany(Producers, i => Send(queue, i, p => queue.Enqueue(p, default)));
        foreach (Worker worker in producers) worker.Join();
        queue.Complete();
        foreach (Worker worker in consumers) worker.Join();

        got[0].Count.ShouldBe(Messages * Producers);
        got[1].ShouldBe(got[0]);
        got[2].ShouldBe(got[0]);
        for (int i = 0; i < Producers; i++) got[0].Where(p => p.Producer == i).Select(p => p.Sequence).ShouldBe(Range(0, Messages));
        readers.ShouldAllBe(r => r.Missed == 0);
    }

    [Fact]
    public void Under_shift_what_was_missed_and_what_came_is_what_was_sent()
    {
        var queue = Create(capacity: 32);
        var readers = Enumerable.Range(0, 3)
            .Select(i => Folder.Track(Open().Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = i == 0 }))).ToArray();
        List<Parcel>[] got = [[], [], []];
        Worker[] consumers = Worker.StartMany(3, i => Collect(readers[i], got[i]));
        Worker[] producers = Worker.StartMany(Producers, i => Send(queue, i, p => queue.EnqueueShift(p)));
        foreach (Worker worker in producers) worker.Join();
        queue.Complete();
        foreach (Worker worker in consumers) worker.Join();

        for (int r = 0; r < readers.Length; r++)
        {
            (got[r].Count + readers[r].Missed).ShouldBe(Messages * Producers, $"reader {r}");
            for (int i = 0; i < Producers; i++)
            {
                long last = -1;
                foreach (Parcel parcel in got[r].Where(p => p.Producer == i))
                {
                    parcel.Sequence.ShouldBeGreaterThan(last);
                    last = parcel.Sequence;
                }
            }
        }
    }

    [Theory]
    [InlineData(Overflow.Any)]
    [InlineData(Overflow.Wait)]
    public void Thousands_of_subscriptions_come_and_go_under_load(Overflow overflow)
    {
        Overflow = overflow;
        var queue = Create(capacity: 64, maxSubscriptions: 8);
        using var steady = queue.Subscribe(SubscribeFrom.Oldest, null);
        List<Parcel> got = [];
        Worker consumer = Worker.Start(() => Collect(steady, got));
        Worker producer = Worker.Start(() =>
        {
            Send(queue, 0, p => queue.Enqueue(p, default));
            queue.Complete();
        });
        ConcurrentBag<int> cycles = [];
        Worker[] churners = Worker.StartMany(3, i =>
        {
            var handle = Open();
            int n = 0;
            for (; n < 1000 || producer.IsRunning; n++)
            {
                SubscribeFrom from = n % 2 == 0 ? SubscribeFrom.Oldest : SubscribeFrom.Latest;
                using var subscription = i == 0
                    ? handle.Subscribe("churner", from, null)
                    : handle.Subscribe(from, new SubscriptionOptions { Lossy = n % 3 == 0 });
                for (int k = 0; k < n % 5; k++)
                {
                    if (subscription.TryDequeue(out Parcel parcel)) parcel.IsWhole.ShouldBeTrue();
                }
            }

            cycles.Add(n);
        });
        foreach (Worker worker in churners) worker.Join();
        producer.Join();
        consumer.Join();
        got.Select(p => p.Sequence).ShouldBe(Range(0, Messages));
        steady.Missed.ShouldBe(0);
        cycles.Sum().ShouldBeGreaterThanOrEqualTo(3000);
        queue.RemoveSubscription("churner").ShouldBeTrue();
        queue.Subscriptions.Count.ShouldBe(1);
        for (int i = 0; i < 7; i++) Folder.Track(queue.Subscribe(SubscribeFrom.Oldest, null));
    }

    private static void Send(TypedBroadcast<Parcel, TProducers> queue, int producer, Action<Parcel> send)
    {
        for (int i = 0; i < Messages; i++)
        {
            if (!OneProducer && i % 97 == 0 && queue.TryClaim(out SlotWriter<Parcel> writer)) writer.Dispose();
            send(new Parcel(producer, i));
        }
    }

    private static void Collect(TypedSubscription<Parcel> reader, List<Parcel> got)
    {
        Parcel[] batch = new Parcel[16];
        try
        {
            while (true)
            {
                int taken = reader.Dequeue(batch, default);
                for (int i = 0; i < taken; i++) batch[i].IsWhole.ShouldBeTrue();
                got.AddRange(batch.AsSpan(0, taken));
            }
        }
        catch (ShmQueueCompletedException)
        {
            // That is the end.
        }
    }
}

public sealed class BroadcastLedgerTests_ManyProducers : BroadcastLedgerTests<ManyProducers>;
public sealed class BroadcastLedgerTests_OneProducer : BroadcastLedgerTests<OneProducer>;
