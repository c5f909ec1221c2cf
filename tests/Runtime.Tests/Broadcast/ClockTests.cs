#if DEBUG
using TypedShmQueue.Region;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>
/// Somebody sets the wall clock, or the machine is started again: what was to last a while lasts that long, by a clock that nobody sets.
/// </summary>
/// <remarks>Only a Debug build lets a thread have clocks of its own.</remarks>
public sealed class ClockTests : IDisposable
{
    private const int Capacity = 4;
    private const long Hour = 3_600_000;
    private const string Named = "billing";

    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300), s_long = TimeSpan.FromHours(1);

    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(-Hour)]
    [InlineData(2 * Hour)]
    public void Hold_lasts_as_long_as_was_asked_for_when_the_clock_is_set(long wall) => Worker.Run(() =>
    {
        using (var queue = Create(null))
        {
            LeaveHolding(queue, s_short);
            Set(wall);
            queue.TryEnqueue(new Parcel(1, Capacity), Worker.Patience).ShouldBeTrue();
        }

        Set(0);
        using (var queue = Create(null))
        {
            LeaveHolding(queue, s_long);
            Set(wall);
            queue.TryEnqueue(new Parcel(1, Capacity), s_short).ShouldBeFalse();
        }
    });

    [Theory]
    [InlineData(-Hour)]
    [InlineData(2 * Hour)]
    public void Message_is_kept_as_long_as_was_asked_for_when_the_clock_is_set(long wall) => Worker.Run(() =>
    {
        using (var queue = Create(s_short))
        using (queue.Subscribe(SubscribeFrom.Oldest, null))
        {
            Fill(queue);
            Set(wall);
            queue.TryEnqueue(new Parcel(1, Capacity), Worker.Patience).ShouldBeTrue();
        }

        Set(0);
        using (var queue = Create(s_long))
        using (var subscription = queue.Subscribe(SubscribeFrom.Oldest, null))
        {
            Fill(queue);
            Set(wall);
            queue.TryEnqueue(new Parcel(1, Capacity), s_short).ShouldBeFalse();
            using var late = queue.Subscribe(SubscribeFrom.Oldest, null);
            for (int i = 0; i < Capacity; i++) late.Dequeue(default).ShouldBe(new Parcel(1, i));
        }
    });

    /// <summary>The wall clock alone says how long the machine was off.</summary>
    [Theory]
    [InlineData(5, true)]
    [InlineData(0, false)]
    public void Time_goes_on_while_the_machine_is_off(int hoursOff, bool isOver) => Worker.Run(() =>
    {
        using (var queue = Create(s_long)) LeaveHolding(queue, s_long);
        Restart(hoursOff * Hour);
        using (var queue = Open())
        {
            queue.TryEnqueue(new Parcel(1, Capacity), isOver ? Worker.Patience : s_short).ShouldBe(isOver);
            using var late = queue.Subscribe(SubscribeFrom.Oldest, null);
            late.TryDequeue(out Parcel first).ShouldBeTrue();
            first.Sequence.ShouldBe(isOver ? Capacity : 0);
        }
    });

    /// <summary>Every stamp is of the future then. What was kept or held is so once more, for as long as was asked for.</summary>
    [Fact]
    public void Wall_clock_that_is_behind_after_a_restart_holds_nobody_longer() => Worker.Run(() =>
    {
        using (var queue = Create(s_short)) LeaveHolding(queue, s_short);
        Restart(-10 * Hour);
        using (var queue = Open())
        {
            queue.TryEnqueue(new Parcel(1, Capacity), Worker.Patience).ShouldBeTrue();
            queue.Delete();
        }

        Set(0);
        using (var queue = Create(s_short))
        {
            queue.Subscribe(Named, SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = Timeout.InfiniteTimeSpan }).Dispose();
            Fill(queue);
        }

        Restart(-10 * Hour);
        using (var queue = Open()) queue.TryEnqueue(new Parcel(1, Capacity), Worker.Patience).ShouldBeTrue();
    });

    /// <summary>The wall clock is ahead by so much.</summary>
    private static void Set(long wall) => Clock.Shift = new ClockShift(wall, SinceStart: 0, BootClock.Start);

    private static void Restart(long wall) => Clock.Shift = new ClockShift(wall, SinceStart: -BootClock.Milliseconds, BootClock.Start ^ 1);

    private static void Fill(TypedBroadcast<Parcel, ManyProducers> queue)
    {
        for (int i = 0; i < Capacity; i++) queue.TryEnqueue(new Parcel(1, i)).ShouldBeTrue();
    }

    private static void LeaveHolding(TypedBroadcast<Parcel, ManyProducers> queue, TimeSpan hold)
    {
        queue.Subscribe(Named, SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = hold }).Dispose();
        Fill(queue);
    }

    private TypedBroadcast<Parcel, ManyProducers> Create(TimeSpan? retention)
    {
        _ = QueueFiles.Delete(_name, _folder.Options);
        return _folder.Track(TypedBroadcast<Parcel, ManyProducers>.Create(
            Contracts.Parcel<ManyProducers, Subscribers>(), _name, _folder.Options with { Capacity = Capacity, Retention = retention }));
    }

    private TypedBroadcast<Parcel, ManyProducers> Open() =>
        _folder.Track(TypedBroadcast<Parcel, ManyProducers>.Open(Contracts.Parcel<ManyProducers, Subscribers>(), _name, _folder.Options));
}
#endif
