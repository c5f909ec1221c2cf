using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

public abstract class CreationRaceTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Only_one_of_many_creators_wins()
    {
        for (int round = 0; round < 20; round++)
        {
            int created = 0;
            using Barrier start = new(4);
            Worker[] creators = Worker.StartMany(4, _ =>
            {
                start.SignalAndWait();
                try
                {
                    Create();
                    Interlocked.Increment(ref created);
                }
                catch (ShmQueueExistsException)
                {
                    // Another was first.
                }
            });
            foreach (Worker creator in creators) creator.Join();
            created.ShouldBe(1);
            Folder.Content.ShouldBe([Name]);
            QueueFiles.Delete(Name, Folder.Options).ShouldBeTrue();
        }
    }

    [Fact]
    public void All_of_many_who_open_or_create_meet_in_one_queue()
    {
        if (OneProducer) return; // each of them sends
        for (int round = 0; round < 20; round++)
        {
            using Barrier start = new(4);
            var handles = new TypedQueue<Parcel, TProducers, TConsumers>[4];
            Worker[] users = Worker.StartMany(4, i =>
            {
                start.SignalAndWait();
                handles[i] = TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, Name, Folder.Options);
                handles[i].Enqueue(new Parcel(i, 0), default);
            });
            foreach (Worker user in users) user.Join();
            handles[0].Count.ShouldBe(4);
            handles[0].Delete();
            foreach (var handle in handles) handle.Dispose();
        }

        Folder.Content.ShouldBeEmpty();
    }

    [Fact]
    public void Creation_opening_and_deletion_may_race_in_any_order()
    {
        Worker[] users = Worker.StartMany(4, i =>
        {
            for (int n = 0; n < 150; n++)
            {
                if ((n + i) % 5 == 0)
                {
                    _ = QueueFiles.Delete(Name, Folder.Options);
                    continue;
                }

                using var queue = TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, Name, Folder.Options);
                queue.Count.ShouldBeInRange(0, 8);
                if ((n + i) % 3 == 0) queue.Delete();
            }
        });
        foreach (Worker user in users) user.Join();
        _ = QueueFiles.Delete(Name, Folder.Options);
        Folder.Content.ShouldBeEmpty();
    }
}
