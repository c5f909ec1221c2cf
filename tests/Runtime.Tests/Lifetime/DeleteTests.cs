using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

public abstract class DeleteTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Deleted_queue_goes_on_for_those_who_have_it_and_its_name_is_free_at_once()
    {
        var old = Create();
        var oldToo = Open();
        old.Enqueue(P(1), default);
        old.Delete();
        old.IsDeleted.ShouldBeTrue();
        oldToo.IsDeleted.ShouldBeTrue();
        QueueFiles.Exists(Name, Folder.Options).ShouldBeFalse();
        Should.Throw<ShmQueueNotFoundException>(() => Open());

        var successor = Create(capacity: 32);
        successor.IsDeleted.ShouldBeFalse();
        successor.IsEmpty.ShouldBeTrue();
        old.Enqueue(P(2), default);
        Drain(oldToo).ShouldBe([1, 2]);
        successor.IsEmpty.ShouldBeTrue();

        // A late delete of the old one must not touch its successor.
        oldToo.Delete();
        QueueFiles.Exists(Name, Folder.Options).ShouldBeTrue();
        successor.IsDeleted.ShouldBeFalse();
        old.Dispose();
        oldToo.Dispose();
        QueueFiles.Exists(Name, Folder.Options).ShouldBeTrue();
    }

    [Fact]
    public void Delete_by_name_marks_it_for_those_who_have_it()
    {
        var queue = Create();
        QueueFiles.Delete(Name, Folder.Options).ShouldBeTrue();
        QueueFiles.Delete(Name, Folder.Options).ShouldBeFalse();
        queue.IsDeleted.ShouldBeTrue();
        queue.Enqueue(P(1), default);
        queue.Dequeue(default).ShouldBe(P(1));
        Folder.Content.ShouldBeEmpty();
    }

    [Fact]
    public void Mark_without_removal_of_the_name_is_finished_by_the_next_who_comes()
    {
        // As if whoever deleted it had died in between.
        Create().Dispose();
        Spoiler.Write(Folder.PathOf(Name), 1024, 1L);
        Should.Throw<ShmQueueNotFoundException>(() => Open());
        Folder.Content.ShouldBeEmpty();
        Create().IsDeleted.ShouldBeFalse();
    }

    [Fact]
    public void Waiters_of_a_deleted_queue_still_get_its_messages()
    {
        var queue = Create();
        Parcel got = default;
        Worker consumer = Worker.Start(() => got = queue.Dequeue(default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked consumer");
        queue.Delete();
        queue.Enqueue(P(4), default);
        consumer.Join();
        got.ShouldBe(P(4));
    }
}
