using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

public abstract class LifetimeTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Create_wants_the_name_free_and_Open_wants_it_taken()
    {
        ShmQueueNotFoundException missing = Should.Throw<ShmQueueNotFoundException>(() => Open());
        missing.QueueName.ShouldBe(Name);
        missing.Message.ShouldContain(Folder.Location);
        Try(out _).ShouldBeFalse();
        QueueFiles.Exists(Name, Folder.Options).ShouldBeFalse();
        QueueFiles.Delete(Name, Folder.Options).ShouldBeFalse();

        Create();
        QueueFiles.Exists(Name, Folder.Options).ShouldBeTrue();
        Should.Throw<ShmQueueExistsException>(() => Create()).QueueName.ShouldBe(Name);
        Try(out var opened).ShouldBeTrue();
        opened.ShouldNotBeNull().Name.ShouldBe(Name);
        Folder.Content.ShouldBe([Name]);
    }

    [Fact]
    public void OpenOrCreate_does_either()
    {
        var first = OpenOrCreate(16);
        var second = OpenOrCreate(64);
        first.Capacity.ShouldBe(16);
        second.Capacity.ShouldBe(16);
        first.Enqueue(P(1), default);
        second.Dequeue(default).ShouldBe(P(1));
    }

    [Fact]
    public void Capacity_is_the_contract_s_unless_options_say_other()
    {
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, Name, Folder.Options)).Capacity.ShouldBe(8);
        string other = ShmQueueName.NewUnique();
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>
            .Create(Contract, other, Folder.Options with { Capacity = 32 })).Capacity.ShouldBe(32);
    }

    [Fact]
    public void Queue_outlives_all_its_handles()
    {
        var queue = Create(capacity: 4);
        for (int i = 0; i < 10; i++)
        {
            queue.Enqueue(P(i), default);
            if (i < 7) queue.Dequeue(default).ShouldBe(P(i));
        }

        queue.Dispose();
        var again = Open();
        again.Count.ShouldBe(3);
        again.TryEnqueue(Parcels(10, 5)).ShouldBe(1);
        Drain(again).ShouldBe([7, 8, 9, 10]);
        again.GetStatistics().Enqueued.ShouldBe(11);
    }

    [Fact]
    public void Default_folder_is_this_user_s_own()
    {
        string name = ShmQueueName.NewUnique();
        using var queue = TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, name, null);
        try
        {
            FileInfo file = new(Directory.GetFiles("/dev/shm", name,
                new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Single());
            file.UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            file.Directory!.UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            QueueFiles.Exists(name, null).ShouldBeTrue();
            using var other = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, name, null);
            other.Enqueue(P(1), default);
            queue.Dequeue(default).ShouldBe(P(1));
        }
        finally
        {
            QueueFiles.Delete(name, null).ShouldBeTrue();
        }

        QueueFiles.Exists(name, null).ShouldBeFalse();
    }

    private TypedQueue<Parcel, TProducers, TConsumers> OpenOrCreate(int capacity) =>
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, Name, Folder.Options with { Capacity = capacity }));

    private bool Try(out TypedQueue<Parcel, TProducers, TConsumers>? queue)
    {
        bool opened = TypedQueue<Parcel, TProducers, TConsumers>.TryOpen(Contract, Name, Folder.Options, out queue);
        if (queue != null) Folder.Track(queue);
        return opened;
    }
}
