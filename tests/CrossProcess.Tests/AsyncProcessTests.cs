using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// Pending calls of a real second process: woken from here, killed, disposed of, and with neither membarrier nor futex_waitv.
/// </summary>
public abstract class AsyncProcessTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Theory]
    [InlineData("", "")]
    [InlineData("--no-membarrier", "")]
    [InlineData("--no-futex-waitv", "--no-membarrier")]
    [InlineData("--no-futex-waitv", "--no-futex-waitv")]
    public void Every_wake_arrives(string first, string second)
    {
        // Three processes in a row: test → first → second → test. Blocking calls here, pending ones there.
        string a = ShmQueueName.NewUnique(), b = ShmQueueName.NewUnique();
        var there = Create(capacity: 2);
        var between = Create(capacity: 2, a);
        var back = Create(capacity: 2, b);
        using PeerProcess one = Folder.Track(PeerProcess.Start(Arguments("async-echo", a, first)));
        one.Hear("ready");
        string[] arguments = [.. Arguments("async-echo", b, second)];
        arguments[4] = a;
        using PeerProcess another = Folder.Track(PeerProcess.Start(arguments));
        another.Hear("ready");
        Worker.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                there.Enqueue(new Parcel(1, i), default);
                back.Dequeue(default).ShouldBe(new Parcel(1, i));
            }
        });
        there.Complete();
        one.Hear("end");
        one.WaitForSuccess();
        between.Complete();
        another.Hear("end");
        another.WaitForSuccess();
    }

    [Fact]
    public void Stream_of_another_process_ends_with_the_queue()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("async-take");
        peer.Hear("ready");
        for (int i = 0; i < 300; i++) queue.Enqueue(new Parcel(1, i), default);
        queue.Complete();
        for (int i = 0; i < 300; i++) peer.Hear(string.Create(CultureInfo.InvariantCulture, $"1 {i}"));
        peer.Hear("end");
        peer.WaitForSuccess();
    }

    [Fact]
    public void Process_killed_with_a_pending_reader_takes_nothing_with_it()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("async-take");
        peer.Hear("ready");
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0), "a parked dispatcher");
        peer.Kill();
        Pass(queue, 10_000);
        queue.GetStatistics().Dequeued.ShouldBe(10_000);
    }

    [Fact]
    public void Process_killed_with_a_pending_writer_leaves_nothing_behind()
    {
        var queue = Create(capacity: 4);
        using PeerProcess peer = Peer("async-fill");
        peer.Hear("full");
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0), "a parked dispatcher");
        peer.Kill();
        for (int i = 0; i < 4; i++) queue.Dequeue(default).ShouldBe(new Parcel(100, i));
        queue.TryDequeue(out _).ShouldBeFalse();
        Pass(queue, 10_000);
        queue.GetStatistics().Abandoned.ShouldBe(0);
    }

    [Fact]
    public void Pending_reader_gets_past_a_claim_whose_process_was_killed()
    {
        if (OneProducer) return; // one producer's claim is its own until it is published
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim", "3");
        peer.Hear("claimed");
        queue.Enqueue(new Parcel(2, 0), default);
        Task<Parcel> reader = queue.DequeueAsync(default).AsTask();
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked dispatcher");
        reader.IsCompleted.ShouldBeFalse();
        peer.Kill();
        Worker.WaitUntil(() => reader.IsCompleted, "the message behind the dead claims");
        reader.IsCompletedSuccessfully.ShouldBeTrue();
        queue.GetStatistics().Recovered.ShouldBe(3);
    }
}
