using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>Whose the lease entries are: no two takes share one, and none is lost.</summary>
public class EntryTests : AcknowledgedTests
{
    /// <summary>
    /// The last message of an ended thread's entry is settled by another thread, which is about to free the entry when a third one needs
    /// one more.
    /// </summary>
    [Fact]
    public void An_entry_that_an_ended_thread_has_left_is_not_given_out_twice()
    {
        Session session = Create().Session;
        LeaseEntries<HardwareMemory> entries = new(session.Groups, 0, session, session.Participants.Self.Word);
        LeaseEntry left = null!;
        Testing.Worker.Run(() =>
        {
            left = entries.ForThisThread()!;
            left.Begin(session.Geometry.Capacity, 1, 1);
        });
        entries.ForThisThread()!.Begin(session.Geometry.Capacity + 1, 1, 1);
        // It is settled here, and not freed yet.
        left.Busy = 0;
        LeaseEntry more = entries.ForThisThread()!;
        more.Begin(session.Geometry.Capacity + 2, 1, 1);
        entries.Free(left);
        LeaseEntry evenMore = entries.ForThisThread()!;
        evenMore.ShouldNotBeSameAs(more);
        // The thread that begins next has the one that was left.
        more.Busy = evenMore.Busy = 0;
        LeaseEntry next = null!;
        Testing.Worker.Run(() => next = entries.ForThisThread()!);
        next.ShouldBeSameAs(left);
    }

    [Fact]
    public void Members_that_come_and_go_by_one_handle_use_one_entry()
    {
        string name = ShmQueueName.NewUnique();
        using var queue = TypedBroadcast<Parcel, ManyProducers>.Create(Contracts.Parcel<ManyProducers, Subscribers>(), name,
            Folder.Options with { MaxLeases = 2 });
        for (int i = 0; i < 20; i++)
        {
            using var member = queue.JoinGroup("g");
            queue.TryEnqueue(P(i)).ShouldBeTrue();
            var lease = member.Take();
            (lease.Value.Sequence, lease.Deliveries).ShouldBe((i, 1));
            lease.Acknowledge().ShouldBeTrue();
        }

        // Two at a time, of two groups, too.
        using var one = queue.JoinGroup("g");
        using var other = queue.JoinGroup("h");
        Should.Throw<ShmQueueLimitException>(() => queue.JoinGroup("g")).Limit.ShouldBe(ShmQueueLimit.Leases);
    }
}
