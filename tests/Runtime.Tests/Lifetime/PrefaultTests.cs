using System.Globalization;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Region;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>Whoever wants it has all pages at hand when the queue is open: no message waits for the system.</summary>
public sealed class PrefaultTests : QueueTests<ManyProducers, ManyConsumers>
{
    // More than one thread meets alone.
    private const int Capacity = 1 << 20, Batch = 1024;

    /// <summary>Of so many pages one may be met late: by what the test itself does beside its messages.</summary>
    private const int Rare = 100;

    private const string SharedHugePages = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";

    private ShmQueueOptions Prefaulting => Folder.Options with { Capacity = Capacity, Prefault = true };

    [PageFact]
    public void Without_it_each_page_is_met_by_the_first_message_in_it()
    {
        var queue = Create(Capacity);
        FaultsOfALap(queue).ShouldBeGreaterThan(PagesOf(queue) / 2);
        FaultsOfALap(queue).ShouldBeLessThan(PagesOf(queue) / Rare);
    }

    [PageFact]
    public void A_queue_that_is_created_has_its_pages()
    {
        var queue = Create(Prefaulting);
        FaultsOfALap(queue).ShouldBeLessThan(PagesOf(queue) / Rare);
    }

    [PageFact]
    public void So_has_one_that_is_opened_and_what_is_in_it_stays()
    {
        var creator = Create(Capacity);
        creator.Enqueue(Parcels(0, 3), default);
        creator.Dispose();
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Prefaulting));
        Drain(queue).ShouldBe([0, 1, 2]);
        FaultsOfALap(queue).ShouldBeLessThan(PagesOf(queue) / Rare);
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

    /// <summary>Pages that a file does not have are pages that the system cannot give.</summary>
    [PageFact]
    public void What_the_system_cannot_give_is_an_error_and_no_fault()
    {
        const long Length = 1 << 20;
        SafeFileHandle file = File.OpenHandle(Path.Combine(Folder.Location, "short"), FileMode.CreateNew, FileAccess.ReadWrite);
        RandomAccess.SetLength(file, Length);
        MappedRegion region = new(RegionPort.Current, file, Length, "short");
        RandomAccess.SetLength(file, 0);
        ShmQueueLimitException e = Should.Throw<ShmQueueLimitException>(() => region.Prefault("short"));
        e.Limit.ShouldBe(ShmQueueLimit.Space);
        e.Message.ShouldContain("1,048,576 bytes of the queue 'short'");
        e.Message.ShouldContain("ShmQueueOptions.Prefault");
        region.Release();
    }

    private static long PagesOf(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue) =>
        new FileInfo(queue.Session.Path).Length / Environment.SystemPageSize;

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

    /// <summary>Needs a system that counts the faults of each page, and fills them by one call.</summary>
    private sealed class PageFactAttribute : FactAttribute
    {
        public PageFactAttribute()
        {
            if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < new Version(5, 14)) Skip = "needs Linux 5.14";
            else if (File.Exists(SharedHugePages) && File.ReadAllText(SharedHugePages) is var given
                && !given.Contains("[never]", StringComparison.Ordinal) && !given.Contains("[advise]", StringComparison.Ordinal))
                Skip = "shared memory is in huge pages here: one fault meets 512 pages";
        }
    }
}
