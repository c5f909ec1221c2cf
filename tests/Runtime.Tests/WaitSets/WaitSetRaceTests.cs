using TypedShmQueue.Runtime.Tests.Support;
using Many = TypedShmQueue.Testing.TypedQueue<TypedShmQueue.Testing.Parcel, TypedShmQueue.CompilerServices.ManyProducers,
    TypedShmQueue.CompilerServices.ManyConsumers>;

namespace TypedShmQueue.Runtime.Tests.WaitSets;

/// <summary>
/// Many producers over many queues against sets that wait: every message comes once, in its producer's order, and nobody hangs.
/// </summary>
public sealed class WaitSetRaceTests : IDisposable
{
    private const int Queues = 16, Producers = 4, Messages = 20_000;

    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false, WaitPolicy.Adaptive)]
    [InlineData(1, false, WaitPolicy.Park)]
    [InlineData(1, true, WaitPolicy.Adaptive)]
    [InlineData(3, false, WaitPolicy.Park)]
    [InlineData(3, true, WaitPolicy.Adaptive)]
    public void Every_message_comes_once(int consumers, bool isAsync, WaitPolicy policy)
    {
        Many[] senders = [.. Enumerable.Range(0, Queues).Select(i => Open(i, create: true))];
        Ledger[] ledgers = [.. Enumerable.Range(0, consumers).Select(static _ => new Ledger())];
        long[][] sent = [.. Enumerable.Range(0, Producers).Select(static _ => new long[Queues])];
        Worker[] takers = Worker.StartMany(consumers, c =>
        {
            using ShmWaitSet set = new(policy);
            Many[] queues = [.. Enumerable.Range(0, Queues).Select(i => Open(i, create: false))];
            foreach (Many queue in queues) set.Add(queue);
            while (set.Count > 0)
            {
                foreach (IShmWaitable ready in isAsync ? set.WaitAsync().Ended() : set.Wait()) Drain(set, (Many)ready, ledgers[c]);
            }
        });
        Worker[] producers = Worker.StartMany(Producers, p =>
        {
            Random random = new(p);
            for (int i = 0; i < Messages; i++)
            {
                int to = random.Next(Queues);
                senders[to].Enqueue(new Parcel((p * Queues) + to, sent[p][to]++), default);
                // Rests let the sets park.
                if (random.Next(500) == 0) Thread.Sleep(1);
            }
        });
        foreach (Worker producer in producers) producer.Join();
        foreach (Many sender in senders) sender.Complete();
        foreach (Worker taker in takers) taker.Join();
        var (missing, doubled) = Ledger.Balance(ledgers,
            from p in Enumerable.Range(0, Producers)
            from to in Enumerable.Range(0, Queues)
            select ((long)((p * Queues) + to), sent[p][to]));
        missing.ShouldBeEmpty();
        doubled.ShouldBe(0);
    }

    private static void Drain(ShmWaitSet set, Many queue, Ledger ledger)
    {
        // Not all of it: what is left must end the next wait at once.
        for (int i = 0; i < 5; i++)
        {
            if (!queue.TryDequeue(out Parcel parcel)) break;
            ledger.Add(parcel);
        }

        if (queue.IsCompleted) set.Remove(queue).ShouldBeTrue();
    }

    private Many Open(int index, bool create)
    {
        string name = $"{_name}.{index}";
        QueueContract contract = Contracts.Parcel<ManyProducers, ManyConsumers>();
        return _folder.Track(create
            ? TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(contract, name, _folder.Options with { Capacity = 8 })
            : TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(contract, name, _folder.Options));
    }
}
