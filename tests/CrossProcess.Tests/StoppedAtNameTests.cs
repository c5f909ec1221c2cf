using TypedShmQueue.CrossProcess.Tests.Support;
using TypedShmQueue.Queue;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// A process is stopped while it removes a name, or dies before it does: whoever comes to that name, or to another, gets an answer.
/// </summary>
public sealed class StoppedAtNameTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    [LabelTheory]
    [InlineData("name: locked")]
    [InlineData("name: looked at")]
    public void Process_that_is_stopped_while_it_removes_a_name_hangs_nobody(string label)
    {
        var old = Create(capacity: 4);
        using PeerProcess deleter = StopAt("delete", label);
        old.IsDeleted.ShouldBeTrue();

        Worker.Run(() =>
        {
            TypedQueue<Parcel, ManyProducers, ManyConsumers>.TryOpen(Contract, Name, Folder.Options, out _).ShouldBeFalse();
            Should.Throw<ShmQueueNotFoundException>(() =>
                TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options));
            Should.Throw<ShmQueueExistsException>(() => Create(capacity: 4)).Message.ShouldContain("stopped");
            Should.Throw<ShmQueueExistsException>(() => OpenOrCreate()).Message.ShouldContain("stopped");
            QueueFiles.Delete(Name, Folder.Options).ShouldBeTrue();
            old.Delete();
        });

        deleter.Continue();
        deleter.Hear("done");
        Folder.Content.ShouldBeEmpty();
        OpenOrCreate().IsDeleted.ShouldBeFalse();
    }

    /// <summary>It has removed the name and not given its lock back.</summary>
    [LabelFact]
    public void Name_is_free_as_soon_as_it_is_removed()
    {
        var old = Create(capacity: 4);
        using PeerProcess deleter = StopAt("delete", "name: gone");
        Worker.Run(() => old.Delete());
        var successor = Create(capacity: 8);
        deleter.Continue();
        deleter.Hear("done");
        successor.IsDeleted.ShouldBeFalse();
        Folder.Content.ShouldBe([Name]);
    }

    /// <summary>One thread of this process waits for the stopped one; another deletes a queue that has nothing to do with it.</summary>
    [LabelFact]
    public void Queue_of_another_name_is_deleted_meanwhile()
    {
        Create(capacity: 4);
        var unrelated = Create(capacity: 4, ShmQueueName.NewUnique());
        using PeerProcess deleter = StopAt("delete", "name: looked at");
        Worker waiting = Worker.Start(() => QueueFiles.Delete(Name, Folder.Options).ShouldBeTrue());
        Worker.Run(() =>
        {
            QueueFiles.Delete(unrelated.Name, Folder.Options).ShouldBeTrue();
            unrelated.IsDeleted.ShouldBeTrue();
        });
        waiting.Join();
    }

    /// <summary>Its table is full, or its schema another: nothing of a deleted queue is looked at but that it is deleted.</summary>
    [LabelTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Name_of_a_queue_whose_deleter_died_is_of_use(bool creates)
    {
        // The killed one's entry is free again, and another handle has it.
        Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contract, Name, Folder.Options with { Capacity = 4, MaxParticipants = 2 }));
        using (PeerProcess deleter = Peer("kill-label", "delete:delete: marked"))
        {
            deleter.Hear("ready");
            deleter.Hear().ShouldBeNull();
            deleter.WaitForKill();
        }

        Folder.Content.ShouldBe([Name]);
        FillTable();
        var other = Contracts.Parcel<OneProducer, OneConsumer>();
        if (creates)
            Folder.Track(TypedQueue<Parcel, OneProducer, OneConsumer>.Create(other, Name, Folder.Options)).IsDeleted.ShouldBeFalse();
        else TypedQueue<Parcel, ManyProducers, ManyConsumers>.TryOpen(Contract, Name, Folder.Options, out _).ShouldBeFalse();
        Folder.Content.ShouldBe(creates ? [Name] : []);
    }

    [Fact]
    public void File_that_was_opened_before_a_successor_came_deletes_no_successor()
    {
        Create(capacity: 4).Dispose();
        using QueueFile file = QueueFile.TryOpen(Name, Folder.Options).ShouldNotBeNull();
        file.IsQueue.ShouldBeTrue();
        file.IsDeleted.ShouldBeFalse();
        QueueFiles.Delete(Name, Folder.Options).ShouldBeTrue();
        file.IsDeleted.ShouldBeTrue();
        var successor = Create(capacity: 4);
        successor.Enqueue(new Parcel(1, 1), default);

        file.Delete().ShouldBe(NameRemoval.NotThisFile);
        file.RemoveName().ShouldBe(NameRemoval.NotThisFile);
        successor.IsDeleted.ShouldBeFalse();
        using var found = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options);
        found.Dequeue(default).ShouldBe(new Parcel(1, 1));
    }

    /// <summary>
    /// The table is full of the living: this process's handles hold the entries' locks, and a deleted queue takes no more of them.
    /// </summary>
    private void FillTable()
    {
        using FileStream file = new(Folder.PathOf(Name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = 1024;
        Span<byte> mark = stackalloc byte[8], none = stackalloc byte[8];
        file.ReadExactly(mark);
        none.Clear();
        Write(file, none);
        Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options));
        Should.Throw<ShmQueueLimitException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options));
        Write(file, mark);
    }

    private static void Write(FileStream file, ReadOnlySpan<byte> word)
    {
        file.Position = 1024;
        file.Write(word);
        file.Flush();
    }

    private PeerProcess StopAt(string operation, string label)
    {
        PeerProcess peer = Peer("kill-label", $"{operation}:stop {label}");
        peer.Hear("ready");
        Worker.WaitUntil(() => peer.IsStopped, "a peer that is stopped");
        return peer;
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> OpenOrCreate() =>
        Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, Folder.Options));
}
