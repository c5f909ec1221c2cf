using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>Places where no durable queue can be: nothing is left there.</summary>
public sealed class DurablePlaceTests : DurableTests
{
    private static QueueContract Contract => Contracts.Parcel<ManyProducers, ManyConsumers>();

    [MountFact]
    public void A_folder_on_tmpfs_is_refused_whatever_its_path()
    {
        using SmallFileSystem small = SmallFileSystem.TryMount("64m", readOnly: false)!;
        var e = Should.Throw<ShmQueueDurabilityException>(() => Open(Options with { Directory = small.Location }));
        e.Message.ShouldContain("tmpfs");
        Directory.GetFileSystemEntries(small.Location).ShouldBeEmpty();
    }

    [MountFact]
    public void A_read_only_folder_is_refused()
    {
        using SmallFileSystem small = SmallFileSystem.TryMount("64m", readOnly: true)!;
        Exception e = Should.Throw<Exception>(() => Open(Options with { Directory = small.Location }));
        (e is ShmQueueException or UnauthorizedAccessException or IOException).ShouldBeTrue(e.ToString());
        Rings().ShouldBeEmpty();
    }

    [LoopFact]
    public void A_disk_that_is_full_is_found_out_at_creation_and_not_by_a_commit()
    {
        using LoopDisk disk = LoopDisk.TryMake(megabytes: 16)!;
        ShmQueueOptions options = Options with { Directory = disk.Location };
        var queue = Open(options);
        string fill = Path.Combine(disk.Location, "fill");
        LoopDisk.Fill(fill);
        // All of it was written when it was made.
        for (int i = 0; i < 1000; i++)
        {
            queue.Enqueue(new Parcel(0, i));
            queue.Dequeue();
        }

        string other = Name + "-other";
        var e = Should.Throw<ShmQueueLimitException>(() =>
            TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, other, options));
        e.Limit.ShouldBe(ShmQueueLimit.Space);
        Directory.GetFiles(disk.Location, other + "*").ShouldBeEmpty();
        Rings().Length.ShouldBe(1, "the one that is there");
        File.Delete(fill);
        var made = Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, other, options));
        made.Enqueue(new Parcel(0, 0));
        made.Delete();
        LosePower();
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open(ShmQueueOptions options) =>
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, options));
}
