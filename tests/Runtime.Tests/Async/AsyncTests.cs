using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Async;

[SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly",
    Justification = "These tests look at a call before, while and after it is pending.")]
public abstract class AsyncTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void What_is_there_is_had_at_once()
    {
        var queue = Create(capacity: 2);
        queue.EnqueueAsync(P(0), default).IsCompletedSuccessfully.ShouldBeTrue();
        ValueTask<bool> room = queue.WaitToWriteAsync(default);
        room.IsCompletedSuccessfully.ShouldBeTrue();
        room.Ended().ShouldBeTrue();
        ValueTask<bool> more = queue.WaitToReadAsync(default);
        more.IsCompletedSuccessfully.ShouldBeTrue();
        more.Ended().ShouldBeTrue();
        ValueTask<Parcel> got = queue.DequeueAsync(default);
        got.IsCompletedSuccessfully.ShouldBeTrue();
        got.Ended().ShouldBe(P(0));
    }

    [Fact]
    public void Pending_readers_get_what_is_sent_later_in_their_order()
    {
        var queue = Create();
        Task<Parcel>[] readers = [.. Enumerable.Range(0, 3).Select(_ => queue.DequeueAsync(default).AsTask())];
        readers.ShouldAllBe(r => !r.IsCompleted);
        for (int i = 0; i < 3; i++)
        {
            queue.TryEnqueue(P(i)).ShouldBeTrue();
            readers[i].Ended().ShouldBe(P(i));
        }
    }

    [Fact]
    public void Batch_ends_as_many_readers_as_it_has_messages()
    {
        var queue = Create();
        Task<Parcel>[] readers = [.. Enumerable.Range(0, 6).Select(_ => queue.DequeueAsync(default).AsTask())];
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        for (int i = 0; i < 4; i++) readers[i].Ended().ShouldBe(P(i));
        readers[4].IsCompleted.ShouldBeFalse();
        queue.TryEnqueue(Parcels(4, 2)).ShouldBe(2);
        readers[4].Ended().ShouldBe(P(4));
        readers[5].Ended().ShouldBe(P(5));
    }

    [Fact]
    public void Reader_that_comes_later_does_not_overtake()
    {
        var queue = Create();
        Task<Parcel> first = queue.DequeueAsync(default).AsTask();
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        Task<Parcel> second = queue.DequeueAsync(default).AsTask();
        first.Ended().ShouldBe(P(0));
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        second.Ended().ShouldBe(P(1));
    }

    [Fact]
    public void Pending_writers_send_when_there_is_room_in_their_order()
    {
        var queue = Create(capacity: 2);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Task[] writers = [.. Enumerable.Range(2, 3).Select(i => queue.EnqueueAsync(P(i), default).AsTask())];
        writers.ShouldAllBe(w => !w.IsCompleted);
        for (int i = 0; i < 3; i++)
        {
            queue.Dequeue(default).ShouldBe(P(i));
            writers[i].Ended();
        }

        Drain(queue).ShouldBe([3, 4]);
    }

    [Fact]
    public void Waits_end_with_a_message_and_with_room_and_take_neither()
    {
        var queue = Create(capacity: 2);
        Task<bool> more = queue.WaitToReadAsync(default).AsTask();
        more.IsCompleted.ShouldBeFalse();
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        more.Ended().ShouldBeTrue();
        Task<bool> room = queue.WaitToWriteAsync(default).AsTask();
        room.IsCompleted.ShouldBeFalse();
        queue.TryDequeue(out _).ShouldBeTrue();
        room.Ended().ShouldBeTrue();
        Drain(queue).ShouldBe([1]);
    }

    [Fact]
    public void Completing_ends_pending_readers()
    {
        var queue = Create();
        Task<bool> more = queue.WaitToReadAsync(default).AsTask();
        Task<Parcel> reader = queue.DequeueAsync(default).AsTask();
        queue.Complete();
        more.Ended().ShouldBeFalse();
        Should.Throw<ShmQueueCompletedException>(reader.Ended);
        queue.WaitToReadAsync(default).Ended().ShouldBeFalse();
        Should.Throw<ShmQueueCompletedException>(() => queue.DequeueAsync(default).Ended());
    }

    [Fact]
    public void Completing_ends_pending_writers()
    {
        if (OneProducer) return; // its pending call is its one call: completing is another
        var queue = Create(capacity: 2);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Task<bool> room = queue.WaitToWriteAsync(default).AsTask();
        Task writer = queue.EnqueueAsync(P(2), default).AsTask();
        queue.Complete();
        room.Ended().ShouldBeFalse();
        Should.Throw<ShmQueueCompletedException>(writer.Ended);
        Drain(queue).ShouldBe([0, 1]);
    }

    [Fact]
    public void Disposing_ends_pending_calls()
    {
        var queue = Create(capacity: 2);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Task writer = queue.EnqueueAsync(P(2), default).AsTask();
        Task<bool> room = queue.WaitToWriteAsync(default).AsTask();
        var other = Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, ShmQueueName.NewUnique(), Folder.Options));
        Task<Parcel> reader = other.DequeueAsync(default).AsTask();
        Task<bool> more = other.WaitToReadAsync(default).AsTask();
        queue.Dispose();
        other.Dispose();
        Should.Throw<ObjectDisposedException>(writer.Ended);
        Should.Throw<ObjectDisposedException>(room.Ended);
        Should.Throw<ObjectDisposedException>(reader.Ended);
        Should.Throw<ObjectDisposedException>(more.Ended);
    }

    [Fact]
    public void After_dispose_calls_fail_and_do_not_throw()
    {
        var queue = Create();
        queue.Dispose();
        ValueTask<Parcel> dequeue = queue.DequeueAsync(default);
        ValueTask enqueue = queue.EnqueueAsync(P(0), default);
        ValueTask<bool> more = queue.WaitToReadAsync(default), room = queue.WaitToWriteAsync(default);
        Should.Throw<ObjectDisposedException>(() => dequeue.Ended());
        Should.Throw<ObjectDisposedException>(() => enqueue.Ended());
        Should.Throw<ObjectDisposedException>(() => more.Ended());
        Should.Throw<ObjectDisposedException>(() => room.Ended());
    }

    [Fact]
    public void Cancelled_calls_take_and_send_nothing()
    {
        var queue = Create(capacity: 2);
        using CancellationTokenSource source = new();
        Task<Parcel> reader = queue.DequeueAsync(source.Token).AsTask();
        Task<bool> more = queue.WaitToReadAsync(source.Token).AsTask();
        source.Cancel();
        Should.Throw<OperationCanceledException>(reader.Ended).CancellationToken.ShouldBe(source.Token);
        Should.Throw<OperationCanceledException>(more.Ended);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);

        using CancellationTokenSource another = new();
        Task writer = queue.EnqueueAsync(P(2), another.Token).AsTask();
        another.Cancel();
        Should.Throw<OperationCanceledException>(writer.Ended);
        Drain(queue).ShouldBe([0, 1]);
    }

    [Fact]
    public void Cancelled_before_it_begins_a_call_does_nothing()
    {
        var queue = Create();
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        CancellationToken cancelled = new(canceled: true);
        queue.DequeueAsync(cancelled).IsCanceled.ShouldBeTrue();
        queue.EnqueueAsync(P(1), cancelled).IsCanceled.ShouldBeTrue();
        queue.WaitToReadAsync(cancelled).IsCanceled.ShouldBeTrue();
        queue.WaitToWriteAsync(cancelled).IsCanceled.ShouldBeTrue();
        Drain(queue).ShouldBe([0]);
    }

    [Fact]
    public void Cancelling_one_in_the_middle_leaves_the_others_in_line()
    {
        var queue = Create();
        using CancellationTokenSource source = new();
        Task<Parcel> first = queue.DequeueAsync(default).AsTask();
        Task<Parcel> hasty = queue.DequeueAsync(source.Token).AsTask();
        Task<Parcel> last = queue.DequeueAsync(default).AsTask();
        source.Cancel();
        Should.Throw<OperationCanceledException>(hasty.Ended);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        first.Ended().ShouldBe(P(0));
        last.Ended().ShouldBe(P(1));
    }

    [Fact]
    public void Stream_ends_with_the_queue()
    {
        var queue = Create(capacity: 2);
        Task<List<long>> reading = Task.Run(async () =>
        {
            List<long> taken = [];
            await foreach (Parcel parcel in queue.ReadAllAsync(default)) taken.Add(parcel.Sequence);
            return taken;
        });
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1000; i++) await queue.EnqueueAsync(P(i), default);
            queue.Complete();
        });
        writing.Ended();
        reading.Ended().ShouldBe(Range(0, 1000));
    }

    [Fact]
    public void Stream_that_is_left_or_cancelled_loses_nothing()
    {
        var queue = Create();
        queue.TryEnqueue(Parcels(0, 6)).ShouldBe(6);
        using CancellationTokenSource source = new();
        Task<List<long>> reading = Task.Run(async () =>
        {
            List<long> taken = [];
            await foreach (Parcel parcel in queue.ReadAllAsync(default))
            {
                taken.Add(parcel.Sequence);
                if (taken.Count == 2) break;
            }

            await foreach (Parcel parcel in queue.ReadAllAsync(source.Token))
            {
                taken.Add(parcel.Sequence);
                if (taken.Count == 4) break;
            }

            return taken;
        });
        reading.Ended().ShouldBe([0, 1, 2, 3]);
        Task cancelled = Task.Run(async () =>
        {
            await foreach (Parcel parcel in queue.ReadAllAsync(source.Token))
            {
                parcel.Sequence.ShouldBe(4);
                await source.CancelAsync();
            }
        });
        Should.Throw<OperationCanceledException>(cancelled.Ended);
        Drain(queue).ShouldBe([5]);
    }

    [Fact]
    public void Result_can_be_had_once()
    {
        var queue = Create();
        ValueTask<Parcel> reader = queue.DequeueAsync(default);
        Should.Throw<InvalidOperationException>(() => reader.GetAwaiter().GetResult());
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        Worker.WaitUntil(() => reader.IsCompleted, "a reader's end");
        reader.Ended().ShouldBe(P(0));
        Should.Throw<InvalidOperationException>(() => reader.GetAwaiter().GetResult());
    }

    [Fact]
    public void Continuation_runs_in_the_context_of_its_caller_and_keeps_what_flows_with_it()
    {
        var queue = Create();
        AsyncLocal<string> flowing = new();
        PostedContext context = new();
        Task<(string?, bool)> reading = Task.Run(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            flowing.Value = "kept";
            return Read();
        });
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked dispatcher");
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        reading.Ended().ShouldBe(("kept", true));

        async Task<(string?, bool)> Read()
        {
            await queue.DequeueAsync(default);
            return (flowing.Value, SynchronizationContext.Current == context);
        }
    }

    /// <summary>A context as that of a window: what is posted runs in it.</summary>
    private sealed class PostedContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            SetSynchronizationContext(this);
            d(state);
        }, null);
    }

    [Fact]
    public void Continuation_does_not_run_on_the_dispatcher()
    {
        var queue = Create();
        Task<bool> onPool = Task.Run(async () =>
        {
            await queue.DequeueAsync(default).ConfigureAwait(false);
            return Thread.CurrentThread.IsThreadPoolThread;
        });
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked dispatcher");
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        onPool.Ended().ShouldBeTrue();
    }
}
