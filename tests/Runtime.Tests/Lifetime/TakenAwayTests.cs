using TypedShmQueue.Inspection;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>The file goes in another way than by Delete: nobody marks it, and a handle goes on sending to where nobody looks.</summary>
public sealed class TakenAwayTests : IDisposable
{
    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Removed_file_is_a_deleted_queue()
    {
        using var queue = Create();
        queue.IsDeleted.ShouldBeFalse();
        LostFiles.HoldersOf(Path).ShouldBeEmpty();
        File.Delete(Path);
        queue.IsDeleted.ShouldBeTrue();
        LostFiles.HoldersOf(Path).ShouldBe([Environment.ProcessId]);
        using var successor = Create();
        successor.IsDeleted.ShouldBeFalse();
        queue.IsDeleted.ShouldBeTrue();
        LostFiles.HoldersOf(Path).ShouldBe([Environment.ProcessId]);
    }

    [Fact]
    public void Queue_that_was_deleted_in_order_is_lost_to_nobody()
    {
        using var queue = Create();
        queue.Delete();
        queue.IsDeleted.ShouldBeTrue();
        LostFiles.HoldersOf(Path).ShouldBeEmpty();
    }

    [Fact]
    public void Moved_and_replaced_files_are_deleted_queues()
    {
        using var queue = Create();
        File.Move(Path, Path + ".old");
        queue.IsDeleted.ShouldBeTrue();
        File.Move(Path + ".old", Path);
        queue.IsDeleted.ShouldBeFalse();

        using var other = Create("other");
        File.Move(_folder.PathOf("other"), Path, overwrite: true);
        queue.IsDeleted.ShouldBeTrue();
        other.IsDeleted.ShouldBeTrue();
    }

    [Fact]
    public void Queue_whose_folder_is_gone_is_deleted()
    {
        using var queue = Create();
        Directory.Move(_folder.Location, _folder.Location + "-moved");
        try
        {
            queue.IsDeleted.ShouldBeTrue();
            File.WriteAllText(_folder.Location, "no folder");
            queue.IsDeleted.ShouldBeTrue();
            File.Delete(_folder.Location);
        }
        finally
        {
            Directory.Move(_folder.Location + "-moved", _folder.Location);
        }

        queue.IsDeleted.ShouldBeFalse();
    }

    private string Path => _folder.PathOf(_name);

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Create(string? name = null) =>
        TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), name ?? _name, _folder.Options);
}
