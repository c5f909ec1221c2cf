using System.Globalization;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>Whoever wants it has all pages at hand when the queue is open: no message waits for the system.</summary>
public sealed class PrefaultTests : QueueTests<ManyProducers, ManyConsumers>
{
    // Some 50 MiB, more than one thread meets alone, and much more than a page for each fault that the test itself may cause.
    private const int Capacity = 1 << 20, Batch = 1024, Pages = 12_000;

    private ShmQueueOptions Prefaulting => Folder.Options with { Capacity = Capacity, Prefault = true };

    [Fact]
    public void Without_it_each_page_is_met_by_the_first_message_in_it()
    {
        if (!OperatingSystem.IsLinux() || HasHugePages) return;
        var queue = Create(Capacity);
        FaultsOfALap(queue).ShouldBeGreaterThan(Pages / 2);
        FaultsOfALap(queue).ShouldBeLessThan(Pages / 100);
    }

    [Fact]
    public void A_queue_that_is_created_has_its_pages()
    {
        if (!OperatingSystem.IsLinux()) return;
        FaultsOfALap(Create(Prefaulting)).ShouldBeLessThan(Pages / 100);
    }

    [Fact]
    public void So_has_one_that_is_opened_and_what_is_in_it_stays()
    {
        var creator = Create(Capacity);
        creator.Enqueue(Parcels(0, 3), default);
        creator.Dispose();
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Prefaulting));
        Drain(queue).ShouldBe([0, 1, 2]);
        if (OperatingSystem.IsLinux()) FaultsOfALap(queue).ShouldBeLessThan(Pages / 100);
    }

    [Fact]
    public async Task Those_who_send_and_take_meanwhile_notice_nothing()
    {
        const int Messages = 200_000;
        var producer = Create(Capacity);
        using var consumer = Open();
        Task sends = Task.Run(() =>
        {
            for (int i = 0; i < Messages; i++) producer.Enqueue(P(i), default);
        });
        Task opens = Task.Run(() =>
        {
            while (!sends.IsCompleted) TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Prefaulting).Dispose();
        });
        for (int i = 0; i < Messages; i++) consumer.Dequeue().Sequence.ShouldBe(i);
        await sends;
        await opens;
    }

    // Where the system gives huge pages to shared memory, a fault meets 512 pages at once.
    private static bool HasHugePages =>
        File.ReadAllText("/sys/kernel/mm/transparent_hugepage/shmem_enabled") is var enabled
        && !enabled.Contains("[never]", StringComparison.Ordinal) && !enabled.Contains("[advise]", StringComparison.Ordinal);

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Create(ShmQueueOptions options) =>
        Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name, options));

    private static long FaultsOfALap(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue)
    {
        Parcel[] batch = Parcels(0, Batch);
        long before = FaultsHere();
        for (int i = 0; i < Capacity; i += Batch) queue.Enqueue(batch, default);
        long faults = FaultsHere() - before;
        while (queue.TryDequeue(batch) > 0) { }
        return faults;
    }

    /// <summary>The page faults of this thread that needed no disk: the tenth field, after a name in brackets.</summary>
    private static long FaultsHere()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }
}
