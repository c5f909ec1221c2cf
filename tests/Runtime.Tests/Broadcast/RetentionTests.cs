using TypedShmQueue.Layout;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>Messages that age: their stamps are set back, so that no test waits for time to pass.</summary>
public abstract class RetentionTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private const long CapacityAt = 32;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_newcomer_does_not_get_what_is_too_old()
    {
        var queue = Create(retention: s_hour);
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        Age(0, 1, 2);
        using var late = queue.Subscribe(SubscribeFrom.Oldest, null);
        Drain(late).ShouldBe([3]);
        late.Missed.ShouldBe(0);
        using var exact = queue.Subscribe(SubscribeFrom.Position(1), null);
        Drain(exact).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Who_lags_behind_retention_is_not_waited_for_and_counts_what_it_missed()
    {
        var queue = Create(retention: s_hour);
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        queue.TryEnqueue(P(8)).ShouldBeFalse();
        Age(0, 1);
        queue.TryEnqueue(P(8)).ShouldBeTrue();
        queue.TryEnqueue(P(9)).ShouldBeTrue();
        queue.TryEnqueue(P(10)).ShouldBeFalse();
        Drain(slow).ShouldBe(Range(2, 8));
        slow.Missed.ShouldBe(2);
    }

    [Fact]
    public void Who_stands_before_a_tombstone_is_waited_for_by_the_message_behind_it()
    {
        var queue = Create(retention: s_hour);
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        SendNothing(queue);
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        queue.TryEnqueue(P(8)).ShouldBeFalse();
        Age(0, 1);
        queue.TryEnqueue(P(8)).ShouldBeTrue();
    }

    /// <summary>However young they are, there is nothing to be missed.</summary>
    [Fact]
    public void Nobody_is_waited_for_where_only_tombstones_are_left()
    {
        if (OneProducer) return;
        var queue = Create(retention: s_hour);
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        for (int i = 0; i < 8; i++) SendNothing(queue);
        queue.TryEnqueue(Parcels(0, 9)).ShouldBe(8);
        Drain(slow).ShouldBe(Range(0, 8));
        slow.Missed.ShouldBe(0);
    }

    /// <summary>
    /// Head moves by an eighth of the ring at a time where nobody is waited for, and by less where something is to be kept.
    /// </summary>
    [Fact]
    public void What_is_not_too_old_stays_for_who_lags()
    {
        const int Slots = 64;
        var queue = Create(Slots, retention: s_hour);
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, Slots)).ShouldBe(Slots);
        Age(0, 1, 2);
        queue.TryEnqueue(Parcels(Slots, 20)).ShouldBe(3);
        Drain(slow).ShouldBe(Range(3, Slots));
        slow.Missed.ShouldBe(3);
    }

    [Fact]
    public void Every_way_to_send_stamps()
    {
        var queue = Create(retention: s_hour);
        // The queue's time and the wall clock are two clocks, each cut to milliseconds.
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1000;
        queue.Enqueue(P(0), default);
        queue.TryEnqueue(Parcels(1, 2)).ShouldBe(2);
        queue.EnqueueShift(P(3)).ShouldBeFalse();
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Value = P(4);
        writer.Commit();
        for (int i = 0; i < 5; i++) Spoiler.ReadWord(File, StampOf(i)).ShouldBeGreaterThanOrEqualTo(before);
        using var all = queue.Subscribe(SubscribeFrom.Oldest, null);
        Drain(all).ShouldBe(Range(0, 5));
    }

    [Fact]
    public void Without_retention_there_are_no_stamps()
    {
        Create();
        Geometry.StampsOffset.ShouldBe(0);
        Spoiler.ReadWord(File, 112).ShouldBe(0);
    }

    [Fact]
    public void Retention_of_nothing_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Create(retention: TimeSpan.Zero)).ParamName.ShouldBe("options");

    private SegmentGeometry Geometry => new((int)Spoiler.ReadWord(File, CapacityAt), 56, 64, (int)Spoiler.ReadWord(File, 36) & 0xfffff)
    {
        MaxSubscriptions = 64,
        MaxGroups = 4,
        MaxLeases = 1024,
        RetentionMilliseconds = Spoiler.ReadWord(File, 120),
    };

    /// <summary>Positions of the first lap.</summary>
    private void Age(params long[] positions)
    {
        foreach (long position in positions)
            Spoiler.Write(File, StampOf(position), DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeMilliseconds());
    }

    private long StampOf(long position) => Geometry.StampsOffset + (position * 8);
}

public sealed class RetentionTests_ManyProducers : RetentionTests<ManyProducers>;
public sealed class RetentionTests_OneProducer : RetentionTests<OneProducer>;
