using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>How durable queues are made, found, deleted and recovered: by the names of two files.</summary>
public sealed class DurableOpeningTests : DurableParcelTests
{
    [Fact]
    public void A_journal_is_found_by_name_and_deleted_by_name()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        LosePower();
        QueueFiles.Exists(Name, Options).ShouldBeTrue();
        QueueFiles.Delete(Name, Options).ShouldBeTrue();
        QueueFiles.Exists(Name, Options).ShouldBeFalse();
        Directory.GetFiles(Folder).ShouldBeEmpty();
        Open().Count.ShouldBe(0);
    }

    [Fact]
    public void A_queue_that_is_deleted_while_it_is_open_leaves_its_name_and_its_memory()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        Rings().Length.ShouldBe(1);
        queue.Delete();
        Rings().ShouldBeEmpty();
        // Windows keeps what is open under a hidden name.
        Directory.GetFiles(Folder).Select(Path.GetFileName)
            .Where(file => !OperatingSystem.IsWindows() || !file!.StartsWith(".old-", StringComparison.Ordinal)).ShouldBeEmpty();
        queue.IsDeleted.ShouldBeTrue();
        queue.Dequeue().Sequence.ShouldBe(0);
        Open().Count.ShouldBe(0);
        QueueFiles.Delete(Name, Options).ShouldBeTrue();
        Rings().ShouldBeEmpty();
    }

    [Fact]
    public void A_name_that_is_taken_is_refused()
    {
        Open();
        Should.Throw<ShmQueueExistsException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name, Options));
        LosePower();
        Should.Throw<ShmQueueExistsException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name, Options));
    }

    [Fact]
    public void A_folder_in_memory_is_refused()
    {
        Should.Throw<ArgumentException>(() => Open(Options with { Directory = null })).Message.ShouldContain("folder on a disk");
        if (!OperatingSystem.IsWindows())
            Should.Throw<ShmQueueDurabilityException>(() => Open(Options with { Directory = "/dev/shm" })).Message.ShouldContain("tmpfs");
        Rings().ShouldBeEmpty();
    }

    [Fact]
    public void A_queue_without_a_journal_is_not_opened_as_durable()
    {
        Open(Options with { Durability = Durability.Cached }).Enqueue(P(0));
        var e = Should.Throw<ShmQueueDurabilityException>(() => Open());
        e.Message.ShouldContain("has no journal");
        var plain = Open(Options with { Durability = Durability.Cached });
        Should.Throw<InvalidOperationException>(() => plain.WaitForCommit(default)).Message.ShouldContain("not durable");
        Should.Throw<InvalidOperationException>(() => plain.TryEnqueue(P(0), out CommitMark _));
        plain.Delete();
    }

    /// <summary>To delete it would lose what follows.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_journal_without_its_beginning_is_called_damaged(int length)
    {
        Open().Enqueue(P(0));
        LosePower();
        string journal = Path.Combine(Folder, Name);
        using (FileStream file = new(journal, FileMode.Open, FileAccess.Write))
        {
            if (length < 0) file.Write(new byte[4096]);
            else file.SetLength(length);
        }

        var e = Should.Throw<ShmQueueCorruptException>(() => Open());
        e.Message.ShouldContain(journal);
        e.Message.ShouldContain("keep the file");
        File.Exists(journal).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void A_damaged_ring_is_named_and_made_anew_from_the_journal(int zeros)
    {
        var queue = Open();
        queue.Enqueue(P(7));
        queue.Dispose();
        string ring = Rings()[0];
        using (FileStream file = new(ring, FileMode.Open, FileAccess.Write))
        {
            if (zeros > 0) file.Write(new byte[zeros]);
            else file.SetLength(0);
        }

        var e = Should.Throw<ShmQueueCorruptException>(() => Open());
        e.Message.ShouldContain($"remove '{ring}', and only that");
        File.Delete(ring);
        Drain(Open()).ShouldBe([7]);
    }

    [Fact]
    public void A_queue_whose_deleter_died_before_its_names_were_free_makes_room_for_a_new_one()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        AtStep("delete: marked", () => throw new OperationCanceledException(), () => Record.Exception(queue.Delete));
        Rings().Length.ShouldBe(1);
        TypedQueue<Parcel, ManyProducers, ManyConsumers>.TryOpen(Contract, Name, Options, out _).ShouldBeFalse();
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name, Options)).Count.ShouldBe(0);

        queue = Open();
        AtStep("delete: marked", () => throw new OperationCanceledException(), () => Record.Exception(queue.Delete));
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name, Options)).Count.ShouldBe(0);
    }

    [Fact]
    public void A_deleted_queue_whose_name_somebody_holds_is_refused_and_not_looked_at_without_end()
    {
        var queue = Open();
        AtStep("delete: marked", () => throw new OperationCanceledException(), () => Record.Exception(queue.Delete));
        using var held = File.OpenHandle(Path.Combine(Folder, Name), access: FileAccess.ReadWrite,
            share: FileShare.ReadWrite | FileShare.Delete);
        TypedShmQueue.Region.RegionPort.Current.TryLock(held, TypedShmQueue.Layout.Segment.NameLock).ShouldBeTrue();
        Worker.Run(() => Should.Throw<ShmQueueExistsException>(() => Open()));
        Worker.Run(() => Should.Throw<ShmQueueExistsException>(() =>
            TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name, Options)));
    }

    [Fact]
    public void A_copy_of_a_journal_that_is_in_use_is_refused()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        string copies = Path.Combine(Folder, "copies");
        Directory.CreateDirectory(copies);
        File.WriteAllBytes(Path.Combine(copies, Name), Journal());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(copies, Name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<ShmQueueDurabilityException>(() => Open(Options with { Directory = copies })).Message.ShouldContain("copy");
        queue.Enqueue(P(1));
        queue.Dispose();
        // Nobody uses the first one now: the copy's own contents count.
        var copy = Open(Options with { Directory = copies });
        Drain(copy).ShouldBe([0]);
    }

    [Fact]
    public void A_ring_of_before_a_recovery_elsewhere_is_not_taken_for_the_queues()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        queue.Dispose();
        // Another /dev/shm: there is no ring there, and this one stays.
        string ring = Rings()[0];
        File.Move(ring, ring + ".hidden");
        queue = Open();
        queue.Enqueue(P(1));
        queue.Dispose();
        File.Move(ring + ".hidden", ring, overwrite: true);
        Drain(Open()).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_journal_of_other_messages_is_refused_and_left_as_it_is()
    {
        Open().Enqueue(P(0));
        LosePower();
        byte[] before = QueueFolder.ReadShared(Path.Combine(Folder, Name));
        Should.Throw<ShmQueueSchemaMismatchException>(() => TypedQueue<long, ManyProducers, ManyConsumers>.Open(
            Contracts.Of<long, ManyProducers, ManyConsumers>("0 8 i64 Value"), Name, Options));
        QueueFolder.ReadShared(Path.Combine(Folder, Name)).ShouldBe(before);
    }

    [Fact]
    public void Damage_is_reported_with_positions()
    {
        var queue = Open(Options with { Capacity = 64 });
        for (int i = 0; i < 20; i++) queue.Enqueue(P(i));
        LosePower();
        using (FileStream file = File.Open(Path.Combine(Folder, Name), FileMode.Open))
        {
            // The third commit's message: behind its block's header.
            file.Position = 4096 + (3 * 4096) + 150;
            file.WriteByte(0xff);
        }

        Should.Throw<ShmQueueCorruptException>(() => Open()).Message.ShouldContain("position");
    }
}
