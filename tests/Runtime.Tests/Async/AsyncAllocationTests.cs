using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Async;

[SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly",
    Justification = "These tests look at a call before, while and after it is pending.")]
public abstract class AsyncAllocationTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Calls_that_need_not_wait_allocate_nothing()
    {
        var queue = Create();
        Allocation.Of(() =>
        {
            queue.EnqueueAsync(P(0), default).GetAwaiter().GetResult();
            _ = queue.WaitToReadAsync(default).Result;
            _ = queue.WaitToWriteAsync(default).Result;
            _ = queue.DequeueAsync(default).Result;
        }).ShouldBe(0);
    }

    [Fact]
    public void Calls_that_wait_allocate_nothing_once_they_have_done_so_before()
    {
        var queue = Create(capacity: 2);
        // Something is always pending, so that the dispatcher does not end meanwhile: starting it anew allocates.
        var other = Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, ShmQueueName.NewUnique(), Folder.Options));
        Task pending = other.DequeueAsync(default).AsTask();
        using CancellationTokenSource source = new();
        Allocation.Of(() =>
        {
            ValueTask<Parcel> reader = queue.DequeueAsync(source.Token);
            queue.TryEnqueue(P(0));
            while (!reader.IsCompleted) Thread.Sleep(0);
            _ = reader.Result;
            ValueTask<bool> more = queue.WaitToReadAsync(source.Token);
            queue.TryEnqueue(P(0));
            while (!more.IsCompleted) Thread.Sleep(0);
            _ = more.Result;
            queue.TryEnqueue(P(0));
            ValueTask writer = queue.EnqueueAsync(P(0), source.Token);
            queue.TryDequeue(out _);
            while (!writer.IsCompleted) Thread.Sleep(0);
            writer.GetAwaiter().GetResult();
            while (queue.TryDequeue(out _)) { }
        }, turns: 200).ShouldBe(0);
        other.TryEnqueue(P(0)).ShouldBeTrue();
        pending.Ended();
    }
}
