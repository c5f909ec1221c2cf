namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>With a timeout, others take a message back from a worker that is too slow; without one, only its death returns it.</summary>
public class TimeoutTests : AcknowledgedTests
{
    [Fact]
    public void A_lease_that_was_taken_back_is_not_acknowledged()
    {
        var queue = Create(with: o => o with { LeaseTimeout = TimeSpan.FromMilliseconds(20) });
        var other = Open();
        queue.Enqueue(P(5));
        var late = queue.Take();
        var second = other.Take();
        (second.Value.Sequence, second.Deliveries).ShouldBe((5, 2));
        late.Acknowledge().ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => late.Acknowledge());
        second.Acknowledge().ShouldBeTrue();
        queue.Count.ShouldBe(0);
        queue.GetStatistics().Groups[0].TakenBack.ShouldBe(1);
        // The entry of the late one is free again.
        for (int i = 0; i < 10; i++)
        {
            queue.Enqueue(P(i));
            queue.Take().Acknowledge().ShouldBeTrue();
        }
    }

    [Fact]
    public void Of_leases_that_are_acknowledged_together_those_that_were_taken_back_are_not_counted()
    {
        var queue = Create(with: o => o with { LeaseTimeout = TimeSpan.FromMilliseconds(20) });
        var other = Open();
        queue.Enqueue(Parcels(0, 3));
        var late = new TypedLease<Parcel>[3];
        queue.Take(late).ShouldBe(3);
        var second = other.Take();
        queue.Acknowledge(late).ShouldBe(0, "all three were taken back at once");
        second.Acknowledge().ShouldBeTrue();
        Drain(other).ShouldBe([1, 2]);
        for (int i = 0; i < 10; i++)
        {
            queue.Enqueue(Parcels(i, 3));
            queue.Take(late).ShouldBe(3);
            queue.Acknowledge(late).ShouldBe(3, "the entry is free again");
        }
    }

    [Fact]
    public void A_lease_without_a_timeout_stays_with_its_holder()
    {
        var queue = Create();
        var other = Open(o => o with { LeaseTimeout = TimeSpan.FromMilliseconds(1) });
        queue.Enqueue(P(5));
        var held = queue.Take();
        other.TryTake(out _, TimeSpan.FromMilliseconds(300)).ShouldBeFalse();
        held.Acknowledge().ShouldBeTrue();
    }
}
