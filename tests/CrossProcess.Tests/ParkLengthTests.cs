using System.Diagnostics;
using TypedShmQueue.CrossProcess.Tests.Support;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>How long those park who wait for nothing in particular, and those who have met a claim: a death wakes nobody.</summary>
public abstract class ParkLengthTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>A producer dies in the middle of a send, and another one fills the ring behind it: nobody wakes the consumer.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Claim_of_the_dead_in_front_of_a_full_ring_stalls_for_milliseconds(bool async)
    {
        if (OneProducer) return; // a successor writes over the claim
        const int Deaths = 5;
        List<TimeSpan> stalls = [];
        for (int i = 0; i < Deaths; i++)
        {
            string name = ShmQueueName.NewUnique();
            var queue = Create(capacity: 16, name);
            using PeerProcess peer = Folder.Track(PeerProcess.Start(
                ["claim", typeof(TProducers).Name, typeof(TConsumers).Name, Folder.Location, name, "1"]));
            peer.Hear("claimed");
            for (int n = 0; queue.TryEnqueue(new Parcel(2, n)); n++)
            {
            }

            peer.Kill();
            long began = Stopwatch.GetTimestamp();
            Parcel first = default;
            Worker.Run(() => first = async ? queue.DequeueAsync(default).AsTask().GetAwaiter().GetResult() : queue.Dequeue(default));
            stalls.Add(Stopwatch.GetElapsedTime(began));
            first.ShouldBe(new Parcel(2, 0));
        }

        // Each took the whole of the longest park before. On a busy machine one may.
        stalls.Min().ShouldBeLessThan(ParkLength.Longest / 2);
    }

    [Fact]
    public void Parks_at_a_claim_are_short_first_and_then_a_part_of_the_time_before()
    {
        if (OneProducer) return;
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim", "1");
        peer.Hear("claimed");
        queue.TryDequeue(out _).ShouldBeFalse(); // takes the role, where there is one
        ConsumerEnd end = End(queue);
        Worker.WaitUntil(() => end.Investigate() == RingStatus.Blocked, "the claim");
        long began = Stopwatch.GetTimestamp();
        end.LongestPark.ShouldBeGreaterThanOrEqualTo(ParkLength.FirstAtClaim);
        TimeSpan age = TimeSpan.FromMilliseconds(40);
        Thread.Sleep(age);
        TimeSpan park = end.LongestPark;
        park.ShouldBeGreaterThanOrEqualTo(age / ParkLength.PartAtClaim);
        // The look that met the claim was a little before the clock was read here.
        park.ShouldBeLessThanOrEqualTo((Stopwatch.GetElapsedTime(began) + age) / ParkLength.PartAtClaim);
        Thread.Sleep(ParkLength.Longest * ParkLength.PartAtClaim);
        end.LongestPark.ShouldBe(ParkLength.Longest);

        // It lives: what it then sends comes, and the next wait begins anew.
        peer.Tell("commit");
        queue.Dequeue(default).Producer.ShouldBe(100);
        end.Investigate().ShouldBe(RingStatus.Blocked);
        end.LongestPark.ShouldBe(ParkLength.Longest, "nothing is claimed any more");
    }

    [Fact]
    public void Consumer_that_finds_nothing_for_long_looks_rarely_until_something_comes()
    {
        var queue = Create(capacity: 16);
        queue.TryDequeue(out _).ShouldBeFalse(); // takes the role, where there is one
        ConsumerEnd end = End(queue);
        end.Investigate().ShouldBe(RingStatus.Blocked);
        end.LongestPark.ShouldBe(ParkLength.Longest);
        Thread.Sleep(ParkLength.Longest * 2 * ParkLength.PartWhenIdle);
        end.LongestPark.ShouldBeInRange(ParkLength.Longest * 2, ParkLength.LongestWhenIdle);
        ParkLength.WhenIdle(Stopwatch.GetTimestamp() - (3600 * Stopwatch.Frequency)).ShouldBe(ParkLength.LongestWhenIdle);
        queue.Enqueue(new Parcel(1, 0), default);
        queue.Dequeue(default);
        end.LongestPark.ShouldBe(ParkLength.Longest);
    }

    /// <summary>
    /// The bound on a death between publishing and waking: whoever is parked finds the message by itself. The peer dies right there, and
    /// nobody else sends.
    /// </summary>
    [LabelTheory]
    [InlineData("wake: published", false)]
    [InlineData("wake: announcement seen", false)]
    [InlineData("wake: epoch raised", false)]
    [InlineData("wake: announcement seen", true)]
    public void Message_whose_sender_dies_before_the_wake_is_taken_by_who_was_idle_for_long(string label, bool async)
    {
        var queue = Create(capacity: 4);
        Parcel taken = default;
        Worker consumer = Worker.Start(() =>
            taken = async ? queue.DequeueAsync(default).AsTask().GetAwaiter().GetResult() : queue.Dequeue(default));
        ConsumerEnd end = End(queue);
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Single(p => p.IsSelf).Parked > 0, "a parked consumer");
        Worker.WaitUntil(() => end.LongestPark > ParkLength.Longest * 1.5, "a consumer that looks rarely");
        using PeerProcess peer = Peer("kill-label", $"enqueue:{label}");
        peer.Hear("ready");
        peer.WaitForKill();
        consumer.Join(); // under the watchdog: no other message comes, ever
        taken.Producer.ShouldBe(101);
    }

    private static ConsumerEnd End(TypedQueue<Parcel, TProducers, TConsumers> queue) =>
        ((RingCore<Parcel, TProducers, TConsumers>)queue.Handle).Consumers;
}
