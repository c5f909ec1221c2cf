using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>Durable queues that are larger than a block, and halves that get full again and again.</summary>
public class DurableSizeTests : DurableTests
{
    /// <summary>Of 72 bytes each, so that a commit of all of them is cut into several blocks.</summary>
    private const int Many = 1 << 16;

    private static QueueContract Contract => Contracts.Parcel<ManyProducers, ManyConsumers>();

    [Fact]
    public void A_queue_of_several_blocks_survives()
    {
        ShmQueueOptions large = Options with { Capacity = Many };
        var queue = Open(large);
        Parcel[] all = [.. Enumerable.Range(0, Many).Select(i => new Parcel(0, i))];
        queue.Enqueue(all);
        NextSequence().ShouldBeGreaterThan(4, "blocks of 1 MiB, behind the snapshot");
        CutPower();
        queue = Open(large);
        queue.Count.ShouldBe(Many);
        for (int i = 0; i < 1000; i++) queue.Dequeue().ShouldBe(all[i]);
        queue.Enqueue(all.AsSpan(0, 1000));
        queue.Flush();
        CutPower();
        queue = Open(large);
        for (int i = 0; i < Many; i++) queue.Dequeue().ShouldBe(all[(i + 1000) % Many]);
        queue.TryDequeue(out _).ShouldBeFalse();
    }

    [Fact]
    public void Halves_get_full_many_times()
    {
        const int Kept = 5, Rounds = 2000;
        var queue = Open();
        long first = Generation();
        int taken = 0;
        for (int i = 0; i < Rounds; i++)
        {
            queue.Enqueue(new Parcel(0, i));
            if (i >= Kept) queue.Dequeue().Sequence.ShouldBe(taken++);
            if (i % 500 != 499) continue;
            queue.Flush();
            CutPower();
            queue = Open();
        }

        Generation().ShouldBeGreaterThan(first + (Rounds / 512));
        for (int i = 0; i < Kept; i++) queue.Dequeue().Sequence.ShouldBe(taken++);
        taken.ShouldBe(Rounds);
    }

    [Fact]
    public void A_snapshot_of_a_full_ring_fits_its_half_whatever_is_in_it()
    {
        for (int capacity = 2; capacity <= 128; capacity *= 4)
        {
            ShmQueueOptions options = Options with { Capacity = capacity };
            var queue = Open(options);
            queue.Enqueue([.. Enumerable.Range(0, capacity).Select(i => new Parcel(1, i))]);
            // Each opening writes one.
            for (int i = 0; i < 3; i++)
            {
                CutPower();
                queue = Open(options);
            }

            queue.Count.ShouldBe(capacity);
            queue.Delete();
            LosePower();
        }
    }

    /// <summary>Each looks for the ring again and again; whoever makes it must get the lock that all others take to look.</summary>
    [Fact]
    public void Many_openers_at_once_after_a_power_failure_are_all_served()
    {
        const int Openers = 60;
        var first = Open();
        first.Enqueue(new Parcel(0, 0));
        LosePower();
        TypedQueue<Parcel, ManyProducers, ManyConsumers>[] opened = new TypedQueue<Parcel, ManyProducers, ManyConsumers>[Openers];
        using Barrier start = new(Openers);
        Worker[] openers = Worker.StartMany(Openers, i =>
        {
            start.SignalAndWait();
            opened[i] = TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, Options);
        });
        foreach (Worker opener in openers) opener.Join();
        foreach (var queue in opened) Track(queue).Count.ShouldBe(1);
        Rings().Length.ShouldBe(1);
    }

    private long NextSequence() => Spoiler.ReadWord(Rings().ShouldHaveSingleItem(), 1280 + 32);

    private long Generation() => Spoiler.ReadWord(Rings().ShouldHaveSingleItem(), 1280 + 8) >> 1;

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open(ShmQueueOptions? options = null) =>
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, options ?? Options));
}
