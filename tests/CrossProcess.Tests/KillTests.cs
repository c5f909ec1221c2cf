using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>SIGKILL at the worst moments: the others lose nothing but what the dead had not finished, and go on.</summary>
public abstract class KillTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int After = 10_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Producer_killed_in_a_claim_costs_only_that_claim(int claims)
    {
        if (OneProducer && claims > 1) return; // one producer has one claim at a time
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim", $"{claims}");
        peer.Hear("claimed");
        if (!OneProducer)
        {
            // What is sent behind the open claim waits with it.
            queue.Enqueue(new Parcel(2, 0), default);
            queue.TryDequeue(out _).ShouldBeFalse();
        }

        peer.Kill();
        if (!OneProducer) queue.Dequeue(default).ShouldBe(new Parcel(2, 0));
        Pass(queue, After);

        ShmQueueStatistics statistics = queue.GetStatistics();
        statistics.Abandoned.ShouldBe(OneProducer ? 0 : claims);
        statistics.Recovered.ShouldBe(OneProducer ? 0 : claims);
        statistics.Enqueued.ShouldBe(After + (OneProducer ? 0 : 1));
        statistics.Dequeued.ShouldBe(statistics.Enqueued);
        statistics.Participants.Count(p => p.IsAlive).ShouldBe(1);
    }

    [Fact]
    public void Killed_participant_is_not_reported_by_metrics()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim", "1");
        peer.Hear("claimed");
        Reported.Of("messaging.typedshmqueue.queue.participants", Name).ShouldBe([2]);
        peer.Kill();
        queue.GetStatistics().Participants.Count.ShouldBe(2, "nobody has freed the entry of the dead");
        Reported.Of("messaging.typedshmqueue.queue.participants", Name).ShouldBe([1]);
    }

    /// <summary>A death costs one slow path, however many positions it leaves: counted in stays in the kernel, not in time.</summary>
    [Fact]
    public void Many_dead_claims_are_resolved_in_one_pass()
    {
        if (OneProducer) return; // one producer has one claim at a time
        const int Claims = 100;
        var queue = Create(capacity: 256);
        using PeerProcess peer = Peer("claim", $"{Claims}");
        peer.Hear("claimed");
        queue.Enqueue(new Parcel(2, 0), default);
        peer.Kill();
        queue.Dequeue(default).ShouldBe(new Parcel(2, 0));
        ShmQueueStatistics statistics = queue.GetStatistics();
        statistics.Recovered.ShouldBe(Claims);
        statistics.Participants.Single(p => p.IsSelf).Parked.ShouldBeLessThan(Claims / 10);
    }

    [Fact]
    public void Consumer_that_only_polls_gets_past_a_dead_claim_too()
    {
        if (OneProducer) return;
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim", "1");
        peer.Hear("claimed");
        queue.Enqueue(new Parcel(2, 0), default);
        peer.Kill();
        Parcel got = default;
        Worker.WaitUntil(() => queue.TryDequeue(out got), "the message behind a dead claim");
        got.ShouldBe(new Parcel(2, 0));
    }

    [Fact]
    public void Displacing_producer_gets_past_a_dead_claim_too()
    {
        if (OneProducer || typeof(TConsumers) == typeof(OneWaitingConsumer)) return;
        var queue = Create(capacity: 4);
        using PeerProcess peer = Peer("claim", "1");
        peer.Hear("claimed");
        while (queue.TryEnqueue(new Parcel(2, 0)))
        {
        }

        peer.Kill();
        Worker.Run(() =>
        {
            for (int i = 1; i <= 10; i++) queue.EnqueueShift(new Parcel(2, i));
        });
        queue.Dequeue(default).ShouldBe(new Parcel(2, 7));
        queue.GetStatistics().Recovered.ShouldBe(1);
    }

    [Fact]
    public void Waiting_producer_killed_on_a_full_ring_leaves_nothing_behind()
    {
        var queue = Create(capacity: 4);
        using PeerProcess peer = Peer("fill");
        peer.Hear("full");
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0), "a parked producer");
        peer.Kill();
        for (int i = 0; i < 4; i++) queue.Dequeue(default).ShouldBe(new Parcel(100, i));
        queue.TryDequeue(out _).ShouldBeFalse();
        Pass(queue, After);
        queue.GetStatistics().Abandoned.ShouldBe(0);
    }

    [Fact]
    public void Parked_consumer_killed_takes_nothing_with_it()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("take");
        peer.Hear("ready");
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0), "a parked consumer");
        peer.Kill();
        Pass(queue, After);
        queue.GetStatistics().Dequeued.ShouldBe(After);
    }

    [Fact]
    public void Consumer_killed_under_load_takes_one_message_with_it_at_most()
    {
        // Far more than three consumers can run ahead of what is heard of them: a pipe holds some 10,000 of their lines.
        const int Sent = 100_000;
        var queue = Create(capacity: 16);
        Ledger survivor = new(), killed = new();
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < Sent; i++) queue.Enqueue(new Parcel(1, i), default);
        });
        int deaths = 0;
        for (int i = 0; i < 3; i++)
        {
            using PeerProcess peer = Peer("take");
            peer.Hear("ready");
            int until = 50 * (i + 1);
            for (int heard = 0; heard < until; heard++) Note(killed, peer.Hear()!);
            peer.Kill();
            deaths++;
            while (peer.Hear() is { } line) Note(killed, line);
        }

        Worker consumer = Worker.Start(() =>
        {
            while (producer.IsRunning || !queue.IsEmpty)
            {
                if (queue.TryDequeue(out Parcel parcel, TimeSpan.FromMilliseconds(20))) survivor.Add(parcel);
            }
        });
        producer.Join();
        consumer.Join();
        (var missing, int doubled) = Ledger.Balance([killed, survivor], [(1L, (long)Sent)]);
        doubled.ShouldBe(0);
        missing.Count.ShouldBeLessThanOrEqualTo(deaths);
        queue.GetStatistics().Dequeued.ShouldBe(Sent);
    }

    [Fact]
    public void Role_of_a_killed_holder_is_free_again()
    {
        var queue = Create(capacity: 16);
        if (OneProducer)
        {
            using PeerProcess peer = Peer("hold-producer");
            peer.Hear("holding");
            Should.Throw<ShmQueueRoleTakenException>(() => queue.TryEnqueue(new Parcel(2, 0))).HolderProcessId.ShouldBe(peer.Id);
            peer.Kill();
            queue.TryEnqueue(new Parcel(2, 0)).ShouldBeTrue();
            queue.Dequeue(default).ShouldBe(new Parcel(100, 0));
            queue.Dequeue(default).ShouldBe(new Parcel(2, 0));
        }

        if (OneConsumer)
        {
            queue.Dispose();
            using var other = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, Name, Folder.Options);
            using PeerProcess peer = Peer("hold-consumer");
            peer.Hear("holding");
            Should.Throw<ShmQueueRoleTakenException>(() => other.TryDequeue(out _)).HolderProcessId.ShouldBe(peer.Id);
            peer.Kill();
            other.TryDequeue(out _).ShouldBeFalse();
            Pass(other, 100);
        }
    }

    /// <summary>
    /// Producers die at random while they send; what they had sent when they died arrives, nothing comes twice, the rest goes on.
    /// </summary>
    [Fact]
    public void Producers_killed_at_random_lose_at_most_what_they_were_sending()
    {
        var queue = Create(capacity: 64);
        Ledger ledger = new();
        Random random = new(11);
        bool over = false;
        Worker consumer = Worker.Start(() =>
        {
            while (!Volatile.Read(ref over) || !queue.IsEmpty)
            {
                if (queue.TryDequeue(out Parcel parcel, TimeSpan.FromMilliseconds(20))) ledger.Add(parcel);
            }
        });
        for (int i = 0; i < 5; i++)
        {
            using PeerProcess peer = Peer("send", $"{i}:100000000");
            peer.Hear("ready");
            Thread.Sleep(random.Next(30, 100));
            peer.Kill();
        }

        Volatile.Write(ref over, true);
        consumer.Join();
        // The ledger refuses disorder within a producer; a gap would be a message sent and lost.
        foreach (IGrouping<long, (long Producer, long Sequence)> sender in ledger.All.GroupBy(e => e.Producer))
            sender.Select(e => e.Sequence).ShouldBe(Enumerable.Range(0, sender.Count()).Select(n => (long)n));
        ShmQueueStatistics statistics = queue.GetStatistics();
        statistics.Dequeued.ShouldBe(ledger.All.Count);
        statistics.Abandoned.ShouldBe(statistics.Recovered);
        Pass(queue, After);
    }

    [Fact]
    public void Creators_killed_at_random_leave_no_junk()
    {
        for (int i = 0; i < 4; i++)
        {
            using PeerProcess peer = Peer("create");
            peer.Hear("ready");
            Thread.Sleep(20 + (i * 17));
            peer.Kill();
            // Either nothing or a whole queue, whose deletion may just have begun.
            Folder.Content.Where(f => !string.Equals(f, Name, StringComparison.Ordinal)).ShouldBeEmpty();
            using var queue = TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, Name, Folder.Options);
            Pass(queue, 100);
            queue.Delete();
            Folder.Content.ShouldBeEmpty();
        }
    }

    private static void Note(Ledger ledger, string line)
    {
        // The last line of the killed may be cut off; then its message is one that nobody heard of.
        string[] parts = line.Split(' ');
        if (parts.Length == 2 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out long producer)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long sequence)) ledger.Add(producer, sequence);
    }
}
