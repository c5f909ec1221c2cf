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
