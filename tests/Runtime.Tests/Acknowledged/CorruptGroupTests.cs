namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>Words of a group that no run writes: each call reports them, or does its work, and comes back.</summary>
public unsafe class CorruptGroupTests : AcknowledgedTests
{
    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_cursor_that_is_no_position_is_reported(long cursor)
    {
        var queue = Create();
        queue.Enqueue(Parcels(0, 4));
        queue.Session.Groups.Records[0].Cursor = cursor;
        Testing.Worker.Run(() =>
        {
            Should.Throw<ShmQueueCorruptException>(() => queue.Take());
            _ = queue.Count;
            queue.GetStatistics().Groups.Count.ShouldBe(1);
        });
    }

    [Fact]
    public void A_next_position_behind_head_is_reported()
    {
        var queue = Create(capacity: 4);
        for (int i = 0; i < 20; i++)
        {
            queue.Enqueue(P(i));
            queue.Take().Acknowledge().ShouldBeTrue();
        }

        queue.Session.Groups.Records[0].Next = queue.Session.Groups.Records[0].Cursor = queue.Session.Ring.Head - 2;
        Testing.Worker.Run(() => Should.Throw<ShmQueueCorruptException>(() => queue.TryTake(out _)));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_lease_of_any_time_has_an_age(long takenAt)
    {
        var queue = Create();
        queue.Enqueue(P(0));
        var lease = queue.Take();
        queue.Session.Groups.Leases[0].TakenAt = takenAt;
        queue.GetStatistics().Groups[0].Leases.ShouldHaveSingleItem().Age.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        lease.Acknowledge().ShouldBeTrue();
    }

    [Fact]
    public void A_count_of_returns_that_says_that_there_are_none_hides_none()
    {
        var queue = Create();
        queue.Enqueue(P(0));
        queue.Take().Abandon();
        queue.Session.Groups.Records[0].Returns = -1;
        Testing.Worker.Run(() =>
        {
            Open().TryTake(out var lease, TimeSpan.FromSeconds(10)).ShouldBeTrue();
            lease.Deliveries.ShouldBe(2);
        });
    }
}
