using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Serialization;

/// <summary>
/// Pending calls on queues of serialized messages are served first come, first served, as those on queues of structs are.
/// </summary>
[SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly",
    Justification = "These tests look at a call before, while and after it is pending.")]
public abstract class SerializedOrderTests<TProducers, TConsumers> : NoteTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Messages_of_one_thread_come_in_the_order_of_its_pending_calls()
    {
        const int Messages = 2000;
        var queue = Open(capacity: 4);
        Task[] pending = [.. Enumerable.Range(0, Messages).Select(i => queue.EnqueueAsync(N(i), default).AsTask())];
        Worker.Run(() =>
        {
            for (int i = 0; i < Messages; i++) queue.Dequeue(default).ShouldBe(N(i));
        });
        Task.WhenAll(pending).Ended();
    }

    [Fact]
    public void Pending_readers_get_the_messages_in_the_order_they_came()
    {
        const int Messages = 500;
        var queue = Open(capacity: 4);
        Task<Note>[] readers = [.. Enumerable.Range(0, Messages).Select(_ => queue.DequeueAsync(default).AsTask())];
        Worker.Run(() =>
        {
            for (int i = 0; i < Messages; i++) queue.Enqueue(N(i), default);
        });
        for (int i = 0; i < Messages; i++) readers[i].Ended().ShouldBe(N(i));
    }

    [Fact]
    public void Who_comes_while_others_wait_stands_behind_them()
    {
        var queue = Open(capacity: 2);
        Task<Note> first = queue.DequeueAsync(default).AsTask();
        queue.TryEnqueue(N(0)).ShouldBeTrue();
        Task<Note> second = queue.DequeueAsync(default).AsTask();
        first.Ended().ShouldBe(N(0));
        queue.TryEnqueue(N(1)).ShouldBeTrue();
        second.Ended().ShouldBe(N(1));
    }

    [Fact]
    public void Cancelled_calls_neither_send_nor_take()
    {
        var queue = Open(capacity: 2);
        queue.TryEnqueue([N(0), N(1)]).ShouldBe(2);
        using CancellationTokenSource cancellation = new();
        Task cancelled = queue.EnqueueAsync(N(2), cancellation.Token).AsTask(), stays = queue.EnqueueAsync(N(3), default).AsTask();
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(() => cancelled.Ended());
        stays.IsCompleted.ShouldBeFalse();
        queue.Dequeue(default).ShouldBe(N(0));
        stays.Ended();
        Drain(queue).ShouldBe([1, 3]);

        using CancellationTokenSource again = new();
        Task<Note> gone = queue.DequeueAsync(again.Token).AsTask(), next = queue.DequeueAsync(default).AsTask();
        again.Cancel();
        Should.Throw<OperationCanceledException>(() => gone.Ended());
        queue.TryEnqueue(N(4)).ShouldBeTrue();
        next.Ended().ShouldBe(N(4));
    }

    /// <summary>The message is what it was when the call was made, whatever its owner does with it until there is room.</summary>
    [Fact]
    public void Serializer_of_a_call_that_waits_runs_in_the_call()
    {
        var queue = Open(capacity: 2);
        queue.TryEnqueue([N(0), N(1)]).ShouldBe(2);
        int thread = 0;
        NoteSerializer.Behave(halfway: _ => thread = Environment.CurrentManagedThreadId);
        Task pending = queue.EnqueueAsync(N(2), default).AsTask();
        thread.ShouldBe(Environment.CurrentManagedThreadId);
        NoteSerializer.Behave(halfway: _ => throw new NotSupportedException("Not today."));
        Should.Throw<NotSupportedException>(() => queue.EnqueueAsync(N(3), default).AsTask().Ended());
        NoteSerializer.Behave();
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.EnqueueAsync(OfBytes(4, NoteSlot.MaxBytes + 1),
            default).AsTask().Ended());
        Should.Throw<ArgumentNullException>(() => queue.EnqueueAsync(null!, default).AsTask().Ended());
        queue.Dequeue(default).ShouldBe(N(0));
        pending.Ended();
        Drain(queue).ShouldBe([1, 2]);
        queue.GetStatistics().Abandoned.ShouldBe(0);
    }

    [Fact]
    public void Dispose_and_Complete_end_what_is_pending()
    {
        var queue = Open(capacity: 2);
        queue.TryEnqueue([N(0), N(1)]).ShouldBe(2);
        Task pending = queue.EnqueueAsync(N(2), default).AsTask();
        queue.Complete();
        Should.Throw<ShmQueueCompletedException>(() => pending.Ended());
        Drain(queue).ShouldBe([0, 1]);
        Should.Throw<ShmQueueCompletedException>(() => queue.DequeueAsync(default).AsTask().Ended());

        using var other = NoteQueue<TProducers, TConsumers>.OpenOrCreate(ShmQueueName.NewUnique(), Folder.Options);
        Task<Note> reader = other.DequeueAsync(default).AsTask();
        other.Dispose();
        Should.Throw<ObjectDisposedException>(() => reader.Ended());
        Should.Throw<ObjectDisposedException>(() => other.EnqueueAsync(N(0), default).AsTask().Ended());
    }

    /// <summary>Its message is dropped, as by a call that blocks; those behind it get theirs.</summary>
    [Fact]
    public void Message_that_cannot_be_read_fails_the_call_that_took_it()
    {
        var queue = Open();
        queue.TryEnqueue([N(0), N(1)]).ShouldBe(2);
        NoteSerializer.Behave(beforeReading: () => throw new NotSupportedException("Not today."));
        Should.Throw<NotSupportedException>(() => queue.DequeueAsync(default).AsTask().Ended());
        NoteSerializer.Behave();
        queue.DequeueAsync(default).AsTask().Ended().ShouldBe(N(1));
    }
}

public sealed class SerializedOrderTests_ManyProducers_ManyConsumers : SerializedOrderTests<ManyProducers, ManyConsumers>;
public sealed class SerializedOrderTests_ManyProducers_OneConsumer : SerializedOrderTests<ManyProducers, OneConsumer>;
public sealed class SerializedOrderTests_OneProducer_OneWaitingConsumer : SerializedOrderTests<OneProducer, OneWaitingConsumer>;
