using System.Globalization;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>
/// What <see cref="Durability"/> asks of the disk. Whether pages are on it is the kernel's word: those of a mapping that are still to be
/// written are in /proc/self/smaps.
/// </summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tsq-durability-");
    private readonly string _name = ShmQueueName.NewUnique();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void At_rest_the_disk_has_everything(bool broadcast)
    {
        using IDisposable writer = Open(broadcast, Durability.Cached, out Action<Parcel> send, out _);
        IDisposable closer = Open(broadcast, Durability.AtRest, out _, out Action complete);
        for (int i = 0; i < 1000; i++) send(new Parcel(0, i));
        if (!IsOnDisk) return;

        UnwrittenBytes().ShouldBePositive();
        closer.Dispose();
        UnwrittenBytes().ShouldBe(0);

        closer = Open(broadcast, Durability.AtRest, out _, out complete);
        send(new Parcel(0, 1000));
        UnwrittenBytes().ShouldBePositive();
        complete();
        UnwrittenBytes().ShouldBe(0);
        closer.Dispose();
    }

    [Fact]
    public void Flush_writes_what_a_cached_handle_has_sent()
    {
        using var creator = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), _name,
            Options(Durability.Cached));
        // smaps names the file of a mapping as it was when it was mapped, and the creator's had no name then.
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contracts.Parcel<ManyProducers, ManyConsumers>(), _name,
            Options(Durability.Cached));
        queue.TryEnqueue(new Parcel[1000]).ShouldBe(1000);
        if (IsOnDisk) UnwrittenBytes().ShouldBePositive();
        queue.Flush();
        UnwrittenBytes().ShouldBe(0);
    }

    /// <summary>Whoever wants to know calls Flush: Dispose often runs while another exception is on its way.</summary>
    [Fact]
    public void Dispose_throws_nothing_where_Flush_reports_an_error()
    {
        var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), _name,
            Options(Durability.AtRest));
        string moved = _folder.FullName + "-moved";
        Directory.Move(_folder.FullName, moved);
        File.CreateSymbolicLink(_folder.FullName, moved); // a queue's folder is never reached through a link
        try
        {
            Should.Throw<Exception>(queue.Flush);
            queue.Dispose();
        }
        finally
        {
            File.Delete(_folder.FullName);
            Directory.Move(moved, _folder.FullName);
        }
    }

    [Fact]
    public void A_deleted_queue_and_a_folder_that_is_gone_trouble_nobody()
    {
        IDisposable deleter = Open(broadcast: false, Durability.AtRest, out _, out _);
        IDisposable other = Open(broadcast: false, Durability.AtRest, out _, out _);
        QueueFiles.Delete(_name, Options(Durability.Cached)).ShouldBeTrue();
        deleter.Dispose();
        _folder.Delete(recursive: true);
        other.Dispose();
    }

    [Fact]
    public void A_value_that_does_not_exist_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Open(broadcast: false, (Durability)7, out _, out _))
        .Message.ShouldContain("ShmQueueOptions.Durability must be Cached, AtRest or Committed");

    public void Dispose()
    {
        if (_folder.Exists) _folder.Delete(recursive: true);
    }

    /// <summary>Where the folder for temporary files is in memory, nothing is ever to be written.</summary>
    private bool IsOnDisk => !string.Equals(new DriveInfo(_folder.FullName).DriveFormat, "tmpfs", StringComparison.Ordinal);

    private ShmQueueOptions Options(Durability durability) =>
        new() { Directory = _folder.FullName, Capacity = 2048, Durability = durability };

    private IDisposable Open(bool broadcast, Durability durability, out Action<Parcel> send, out Action complete)
    {
        if (broadcast)
        {
            var feed = TypedBroadcast<Parcel, ManyProducers>.OpenOrCreate(Contracts.Parcel<ManyProducers, Subscribers>(), _name,
                Options(durability));
            (send, complete) = (parcel => feed.Enqueue(parcel, default), feed.Complete);
            return feed;
        }

        var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .OpenOrCreate(Contracts.Parcel<ManyProducers, ManyConsumers>(), _name, Options(durability));
        (send, complete) = (parcel => queue.Enqueue(parcel, default), queue.Complete);
        return queue;
    }

    /// <summary>Bytes of this process's mappings of the queue that are newer than the disk's.</summary>
    private long UnwrittenBytes()
    {
        long total = 0;
        bool isQueue = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (!line.Split(' ')[0].EndsWith(':')) isQueue = line.EndsWith(_name, StringComparison.Ordinal);
            else if (isQueue && (line.StartsWith("Shared_Dirty:", StringComparison.Ordinal)
                || line.StartsWith("Private_Dirty:", StringComparison.Ordinal)))
                total += 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }

        return total;
    }
}
