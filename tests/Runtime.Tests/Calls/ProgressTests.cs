using System.Diagnostics;
using TypedShmQueue.Queue;
using TypedShmQueue.Region;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>
/// Whoever is held up by a dead handle for longer than a moment goes on, however rarely and by whichever call it looks. A handle dies here
/// as the kernel sees a death: its mapping and its file go, and its locks with them.
/// </summary>
public sealed class ProgressTests : IDisposable
{
    /// <summary>Far fewer than the thousands of looks that a count would ask for, and far more than a clock needs.</summary>
    private const int MostPolls = 40;

    private static readonly TimeSpan s_betweenPolls = TimeSpan.FromMilliseconds(16);

    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    private ShmQueueOptions Options => _folder.Options with { Capacity = 4 };

    private static void Kill(Session session) => ((MappedRegion)session.KeepMapped).Release();

    private static int Poll(Func<bool> succeeds)
    {
        int polls = 0;
        while (!succeeds())
        {
            (++polls).ShouldBeLessThan(MostPolls, "a caller that polls is held up by the dead");
            Thread.Sleep(s_betweenPolls);
        }

        return polls;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Consumer_that_polls_passes_a_dead_claim(int looksInAHurry)
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, ManyConsumers>();
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(contract, _name, Options);
        for (int i = 0; i < looksInAHurry; i++) queue.TryDequeue(out _).ShouldBeFalse();
        using var dead = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(contract, _name, Options);
        dead.TryClaim(out _).ShouldBeTrue();
        Kill(dead.Session);
        queue.TryEnqueue(new Parcel(0, 1)).ShouldBeTrue();
        Parcel taken = default;
        Poll(() => queue.TryDequeue(out taken));
        taken.Sequence.ShouldBe(1);
    }

    [Fact]
    public void Consumer_that_polls_for_batches_and_peeks_passes_a_dead_claim()
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, OneWaitingConsumer>();
        using var queue = TypedQueue<Parcel, ManyProducers, OneWaitingConsumer>.Create(contract, _name, Options);
        using var dead = TypedQueue<Parcel, ManyProducers, OneWaitingConsumer>.Open(contract, _name, Options);
        dead.TryClaim(out _).ShouldBeTrue();
        Kill(dead.Session);
        queue.TryEnqueue(new Parcel(0, 1)).ShouldBeTrue();
        Poll(() => queue.TryPeek(out _));
        queue.TryDequeue(new Parcel[2]).ShouldBe(1);
    }

    [Fact]
    public void Subscription_that_polls_passes_a_dead_claim()
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, Subscribers>();
        using var queue = TypedBroadcast<Parcel, ManyProducers>.Create(contract, _name, Options);
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var dead = TypedQueue<Parcel, ManyProducers, Subscribers>.Open(contract, _name, Options);
        dead.TryClaim(out _).ShouldBeTrue();
        Kill(dead.Session);
        queue.TryEnqueue(new Parcel(0, 1)).ShouldBeTrue();
        Parcel taken = default;
        Poll(() => reader.TryDequeue(out taken));
        taken.Sequence.ShouldBe(1);
    }

    [Fact]
    public void Producer_that_polls_passes_a_dead_subscription()
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, Subscribers>();
        using var queue = TypedBroadcast<Parcel, ManyProducers>.Create(contract, _name, Options);
        var dead = TypedBroadcast<Parcel, ManyProducers>.Open(contract, _name, Options);
        _ = dead.Subscribe(SubscribeFrom.Oldest, null);
        Kill(dead.Session);
        queue.TryEnqueue(new Parcel[4]).ShouldBe(4);
        Poll(() => queue.TryEnqueue(new Parcel(0, 5)));
        Poll(() => queue.TryClaim(out SlotWriter<Parcel> writer) && Commit(writer));
        GC.KeepAlive(dead);
    }

    /// <summary>A producer that waits for a slot asks before it parks, whichever call it is. A park takes 100 ms at most.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Producer_that_waits_passes_a_dead_subscription(bool claims)
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, Subscribers>();
        using var queue = TypedQueue<Parcel, ManyProducers, Subscribers>.Create(contract, _name, Options);
        var dead = TypedBroadcast<Parcel, ManyProducers>.Open(contract, _name, Options);
        _ = dead.Subscribe(SubscribeFrom.Oldest, null);
        Kill(dead.Session);
        queue.TryEnqueue(new Parcel[4]).ShouldBe(4);
        long began = Stopwatch.GetTimestamp();
        Worker.Run(() =>
        {
            if (!claims)
            {
                queue.Enqueue(new Parcel(0, 5), default);
                return;
            }

            queue.Claim(out SlotWriter<Parcel> writer);
            Commit(writer);
        });
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(1.5), "the first look before a park asks");
        GC.KeepAlive(dead);
    }

    [Fact]
    public void Producer_that_displaces_passes_a_dead_claim_at_head()
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, ManyConsumers>();
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(contract, _name, Options);
        using var dead = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(contract, _name, Options);
        dead.TryClaim(out _).ShouldBeTrue();
        Kill(dead.Session);
        queue.TryEnqueue(new Parcel[3]).ShouldBe(3);
        Worker.Run(() => queue.EnqueueShift(new Parcel(0, 5)).ShouldBeFalse());
    }

    private static bool Commit(SlotWriter<Parcel> writer)
    {
        writer.Commit();
        return true;
    }
}
