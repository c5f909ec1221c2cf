using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Several real processes, one ledger: each message once, and in the order of its producer.</summary>
public abstract class ProcessLedgerTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Theory]
    [InlineData(4, 3000)]
    [InlineData(1024, 6000)]
    public void Every_message_of_every_process_comes_once_and_in_order(int capacity, int each)
    {
        int producers = OneProducer ? 1 : 2, consumers = OneConsumer ? 1 : 2;
        var queue = Create(capacity);
        PeerProcess[] takers = [.. Enumerable.Range(0, consumers).Select(_ => Peer("take"))];
        foreach (PeerProcess taker in takers) taker.Hear("ready");
        PeerProcess[] senders = [.. Enumerable.Range(0, producers).Select(i => Peer("send", $"{i}:{each}"))];
        Ledger[] ledgers = [.. takers.Select(_ => new Ledger())];
        Worker[] readers = Worker.StartMany(consumers, i =>
        {
            while (takers[i].Hear() is { } line and not "end")
            {
                string[] parts = line.Split(' ');
                ledgers[i].Add(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
            }
        });
        foreach (PeerProcess sender in senders)
        {
            sender.Hear("ready");
            sender.Hear("sent");
            sender.WaitForSuccess();
        }

        queue.Complete();
        foreach (Worker reader in readers) reader.Join();
        foreach (PeerProcess taker in takers) taker.WaitForSuccess();

        (var missing, int doubled) = Ledger.Balance(ledgers, Enumerable.Range(0, producers).Select(i => ((long)i, (long)each)));
        (missing.Count, doubled).ShouldBe((0, 0));
        ShmQueueStatistics statistics = queue.GetStatistics();
        (statistics.Enqueued, statistics.Dequeued, statistics.Abandoned).ShouldBe(((long)producers * each, (long)producers * each, 0));
        statistics.Participants.ShouldHaveSingleItem().IsSelf.ShouldBeTrue();
    }

    [Fact]
    public void Messages_sent_before_the_receiver_starts_are_not_lost()
    {
        var queue = Create(capacity: 1024);
        using (PeerProcess sender = Peer("send", "0:500"))
        {
            sender.Hear("ready");
            sender.Hear("sent");
            sender.WaitForSuccess();
        }

        queue.Complete();
        using PeerProcess taker = Peer("take");
        taker.Hear("ready");
        for (int i = 0; i < 500; i++) taker.Hear($"0 {i}");
        taker.Hear("end");
    }
}
