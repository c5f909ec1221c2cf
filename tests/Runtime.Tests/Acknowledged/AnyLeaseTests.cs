using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>Code that is written once for all queues with leases.</summary>
public sealed class AnyLeaseTests : AcknowledgedTests
{
    [Fact]
    public void Queue_gives_leases_whose_type_does_not_depend_on_it()
    {
        var queue = Create(with: options => options with { DeadLetter = Name + ".dead" });
        IShmAcknowledged<Parcel> any = queue;
        any.Leases.ShouldBeSameAs(any.Leases);
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        ShmLease<Parcel> first = any.Leases.Take();
        (first.Value.Sequence, first.Position, first.Deliveries).ShouldBe((0, 0, 1));
        any.Workers.Leased.ShouldBe(1);
        first.Acknowledge().ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => first.Value);
        Should.Throw<InvalidOperationException>(() => first.Acknowledge());

        ShmLease<Parcel> second = any.Leases.Take();
        second.Abandon();
        any.Leases.TryTake(out ShmLease<Parcel> again).ShouldBeTrue();
        (again.Value.Sequence, again.Deliveries).ShouldBe((1, 2));
        (again == second).ShouldBeFalse();
        again.Equals(again).ShouldBeTrue();
        again.Reject();
        any.Workers.DeadLettered.ShouldBe(1);
        // Both kinds of leases, from one handle.
        using (any.Leases.Take()) queue.Take().Value.Sequence.ShouldBe(3);
        queue.Take().Value.Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Pending_calls_of_both_kinds_wait_side_by_side()
    {
        var queue = Create();
        IShmAcknowledged<Parcel> any = queue;
        Task<ShmLease<Parcel>> one = any.Leases.TakeAsync().AsTask();
        Task<TypedLease<Parcel>> other = queue.TakeAsync().AsTask();
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        long[] both = [(await one.WaitAsync(Worker.Patience)).Position, (await other.WaitAsync(Worker.Patience)).Position];
        both.Order().ShouldBe([0, 1]);
    }

    [Fact]
    public void Lease_that_holds_no_message_says_so()
    {
        ShmLease<Parcel> none = default;
        Should.Throw<InvalidOperationException>(() => none.Value).Message.ShouldContain("holds no message");
        Should.Throw<InvalidOperationException>(() => none.Acknowledge());
        none.Dispose();
        (none.Position, none.Deliveries).ShouldBe((0, 0));
    }

    [Fact]
    public void Member_of_a_group_is_joined_without_its_type()
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, Subscribers>();
        var queue = Folder.Track(TypedBroadcast<Parcel, ManyProducers>.Create(contract, Name, Folder.Options with { Capacity = 16 }));
        IShmGroups<Parcel> any = queue;
        IShmGroup<ShmLease<Parcel>> member = any.JoinGroup("billing");
        member.Name.ShouldBe("billing");
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        using TypedGroup<Parcel> typed = queue.JoinGroup("billing");
        member.Take().Value.Sequence.ShouldBe(0);
        typed.Take().Acknowledge().ShouldBeTrue();
        member.Dispose();
        typed.Take().Value.Sequence.ShouldBe(0, "it left the group, and gave its message back");
    }
}
