using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Something finite runs out: a typed error for who asks for more, and the queue goes on for everybody else.</summary>
public sealed class ShortageTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    [Theory]
    [InlineData]
    [InlineData("--no-nameless-files")]
    public void No_descriptor_left(params string[] more)
    {
        var queue = Create(capacity: 8);
        using PeerProcess peer = Folder.Track(PeerProcess.Start(Arguments("shortage", "descriptors", more), ["prlimit", "--nofile=256"]));
        WentOn(peer, queue);
    }

    [Fact]
    public void No_address_space_left()
    {
        var queue = Create(capacity: 8);
        Create(capacity: 1 << 20, "big").Dispose();
        using PeerProcess peer = Peer("shortage", "address-space");
        WentOn(peer, queue, "big");
    }

    [Theory]
    [InlineData]
    [InlineData("--no-nameless-files")]
    public void File_larger_than_this_process_may_make(params string[] more)
    {
        var queue = Create(capacity: 8);
        using PeerProcess peer = Peer("shortage", "file-size", more);
        WentOn(peer, queue);
    }

    /// <summary>Entries of live processes are theirs; the first who comes after a death gets the entry of the dead.</summary>
    [Fact]
    public void No_participant_entry_left_until_a_process_dies()
    {
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contract, Name, Folder.Options with { Capacity = 16, MaxParticipants = 3 }));
        using PeerProcess one = Peer("hold-consumer"), other = Peer("hold-consumer");
        one.Hear("holding");
        other.Hear("holding");
        for (int i = 0; i < 10; i++)
        {
            ShmQueueLimitException error = Should.Throw<ShmQueueLimitException>(Open);
            error.QueueName.ShouldBe(Name);
            error.Message.ShouldContain("All 3 participant entries");
            Pass(queue, 10);
        }

        one.Kill();
        using (var third = Open()) Pass(third, 10);
        using PeerProcess newcomer = Peer("hold-consumer");
        newcomer.Hear("holding");
        Should.Throw<ShmQueueLimitException>(Open);
        Pass(queue, 10);
    }

    /// <summary>Lanes of live processes are theirs; the first thread that sends after a death gets a lane of the dead.</summary>
    [Fact]
    public void No_lane_left_until_a_process_dies()
    {
        const int Lanes = 16;
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contract, Name, Folder.Options with { Capacity = 64, MaxParticipants = 2 }));
        queue.Enqueue(new Parcel(2, 0), default);
        queue.Dequeue(default);
        using PeerProcess peer = Peer("claim", $"{Lanes - 1}");
        peer.Hear("claimed");
        for (int i = 0; i < 10; i++)
        {
            Should.Throw<ShmQueueLimitException>(SendFromANewThread).Message.ShouldContain($"All {Lanes} producer lanes");
            // This thread has had its lane all along; what it sends waits behind the claims.
            queue.Enqueue(new Parcel(2, i), default);
        }

        peer.Kill();
        SendFromANewThread();
        for (int i = 0; i < 10; i++) queue.Dequeue(default).ShouldBe(new Parcel(2, i));
        queue.Dequeue(default).ShouldBe(new Parcel(3, 0));
        Pass(queue, 100);
        queue.GetStatistics().Recovered.ShouldBe(Lanes - 1);

        void SendFromANewThread()
        {
            Worker sender = Worker.Start(() => queue.Enqueue(new Parcel(3, 0), default));
            if (sender.JoinForError() is { } error) throw error;
        }
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open() =>
        TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options);

    private void WentOn(PeerProcess peer, TypedQueue<Parcel, ManyProducers, ManyConsumers> queue, params string[] others)
    {
        peer.Hear("went on");
        peer.WaitForSuccess();
        Pass(queue, 1000);
        queue.GetStatistics().Participants.Count(p => p.IsAlive).ShouldBe(1);
        // Nothing of what failed is left, hidden or not.
        Folder.Content.ShouldBe([.. others.Append(Name).Order(StringComparer.Ordinal)]);
    }
}
