using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>Consumer groups of a broadcast queue, beside its subscriptions; run for many producers and for one.</summary>
public abstract class GroupTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private static long[] DrainGroup(TypedGroup<Parcel> group)
    {
        List<long> taken = [];
        while (group.TryTake(out var lease))
        {
            taken.Add(lease.Value.Sequence);
            lease.Acknowledge().ShouldBeTrue();
        }

        return [.. taken];
    }

    [Fact]
    public void Each_group_gets_every_message_and_each_of_its_members_some()
    {
        var queue = Create();
        using var billing = queue.JoinGroup("billing");
        using var audit = queue.JoinGroup("audit");
        using var second = Open().JoinGroup("billing");
        using var plain = queue.Subscribe(SubscribeFrom.Oldest, null);
        for (int round = 0; round < 20; round++)
        {
            queue.TryEnqueue(Parcels(round * 4, 4)).ShouldBe(4);
            var a = billing.Take();
            var b = second.Take();
            (a.Value.Sequence, b.Value.Sequence).ShouldBe((round * 4, (round * 4) + 1));
            a.Abandon();
            b.Acknowledge();
            DrainGroup(second).ShouldBe([round * 4, (round * 4) + 2, (round * 4) + 3]);
            DrainGroup(audit).ShouldBe(Range(round * 4, 4));
            Drain(plain).ShouldBe(Range(round * 4, 4));
        }
    }

    [Fact]
    public void A_group_outlives_its_members_and_holds_producers_back()
    {
        var queue = Create(capacity: 4);
        using (var member = queue.JoinGroup("g"))
        {
            queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
            member.Take().Acknowledge();
            _ = member.Take(); // given back by the end of the member
        }

        queue.TryEnqueue(P(4)).ShouldBeTrue();
        queue.TryEnqueue(P(5)).ShouldBeFalse();
        using (var again = queue.JoinGroup("g", SubscribeFrom.Latest)) DrainGroup(again).ShouldBe([1, 2, 3, 4]);
        queue.TryEnqueue(Parcels(5, 4)).ShouldBe(4);
        queue.RemoveGroup("g").ShouldBeTrue();
        queue.RemoveGroup("g").ShouldBeFalse();
        queue.TryEnqueue(Parcels(9, 4)).ShouldBe(4, "nobody is waited for");
    }

    [Fact]
    public void A_group_with_a_member_is_not_removed()
    {
        var queue = Create();
        using var member = queue.JoinGroup("g");
        var error = Should.Throw<ShmQueueSubscriptionTakenException>(() => Open().RemoveGroup("g"));
        (error.SubscriptionName, error.HolderProcessId).ShouldBe(("g", Environment.ProcessId));
        member.Dispose();
        Should.Throw<ObjectDisposedException>(() => member.Take()).Message.ShouldContain("group 'g'");
        queue.RemoveGroup("g").ShouldBeTrue();
    }

    [Fact]
    public void A_group_begins_where_it_was_asked_to()
    {
        var queue = Create();
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        using (var oldest = queue.JoinGroup("oldest")) DrainGroup(oldest).ShouldBe([0, 1, 2, 3]);
        using (var latest = queue.JoinGroup("latest", SubscribeFrom.Latest))
        {
            DrainGroup(latest).ShouldBe([]);
            queue.TryEnqueue(P(4)).ShouldBeTrue();
            DrainGroup(latest).ShouldBe([4]);
        }

        using (var third = queue.JoinGroup("third", SubscribeFrom.Position(2))) DrainGroup(third).ShouldBe([2, 3, 4]);
        Should.Throw<ShmQueuePositionException>(() => queue.JoinGroup("fourth", SubscribeFrom.Position(99))).End.ShouldBe(5);
        queue.GetStatistics().Groups.Select(g => g.Name).ShouldBe(["oldest", "latest", "third"]);
        using var fourth = queue.JoinGroup("fourth");
        var limit = Should.Throw<ShmQueueLimitException>(() => queue.JoinGroup("fifth"));
        limit.Limit.ShouldBe(ShmQueueLimit.Groups);
        Should.Throw<ArgumentException>(() => queue.JoinGroup(""));
    }

    [Fact]
    public void Displacing_waits_for_a_group()
    {
        var queue = Create(capacity: 4);
        using var plain = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var member = queue.JoinGroup("g");
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        var held = member.Take();
        var displacing = Testing.Worker.Start(() => queue.EnqueueShift(P(4)).ShouldBeTrue());
        Thread.Sleep(30);
        displacing.IsRunning.ShouldBeTrue("the group has not finished the oldest message");
        held.Value.ShouldBe(P(0));
        held.Acknowledge();
        displacing.Join();
        DrainGroup(member).ShouldBe([1, 2, 3, 4]);
        Drain(plain).ShouldBe([1, 2, 3, 4]);
        plain.Missed.ShouldBe(1);
    }

    [Fact]
    public void Retention_does_not_pass_a_group()
    {
        var queue = Create(capacity: 4, retention: TimeSpan.FromMilliseconds(1));
        using var member = queue.JoinGroup("g");
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        Thread.Sleep(20);
        queue.TryEnqueue(P(4)).ShouldBeFalse();
        DrainGroup(member).ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void Dead_letters_of_a_group_wait_in_a_queue_of_their_own()
    {
        if (OneProducer) return; // a dead-letter queue has many producers
        var queue = Folder.Track(TypedBroadcast<Parcel, TProducers>.Create(Contract, Name,
            Folder.Options with { DeadLetter = Name + ".dead", MaxDeliveries = 1 }));
        using var member = queue.JoinGroup("g");
        queue.TryEnqueue(Parcels(0, 3)).ShouldBe(3);
        member.Take().Abandon();
        member.Take().Reject();
        DrainGroup(member).ShouldBe([2]);
        using var dead = TypedBroadcast<Parcel, TProducers>.Open(Contract, Name + ".dead.g", Folder.Options);
        using var reader = dead.JoinGroup("g");
        DrainGroup(reader).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_group_whose_dead_letters_have_no_name_is_refused_and_not_begun()
    {
        if (OneProducer) return;
        string prefix = new('d', ShmQueueName.MaxLength - 5);
        var queue = Folder.Track(TypedBroadcast<Parcel, TProducers>.Create(Contract, Name, Folder.Options with { DeadLetter = prefix }));
        Should.Throw<ArgumentException>(() => queue.JoinGroup("billing")).Message.ShouldContain("ShmQueueOptions.DeadLetter");
        queue.GetStatistics().Groups.ShouldBeEmpty();
        using var member = queue.JoinGroup("bill");
    }
}

public sealed class GroupTests_ManyProducers : GroupTests<ManyProducers>;

public sealed class GroupTests_OneProducer : GroupTests<OneProducer>;
