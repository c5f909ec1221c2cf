using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Async;

/// <summary>A context or scheduler that does not take what it is given at once holds up who awaits in it, and nobody else.</summary>
public sealed class AwaitersContextTests : QueueTests<ManyProducers, ManyConsumers>
{
    [Fact]
    public void Context_that_blocks_holds_up_no_other_call()
    {
        using ManualResetEventSlim mayTake = new();
        SynchronizationContext context = new BlockingContext(mayTake);
        OthersGoOn(mayTake, queue => Task.Factory.StartNew(
            () =>
            {
                SynchronizationContext.SetSynchronizationContext(context);
                try
                {
                    return AwaitIn(queue, () => SynchronizationContext.Current == context);
                }
                finally
                {
                    SynchronizationContext.SetSynchronizationContext(null);
                }
            }, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default).Unwrap());
    }

    [Fact]
    public void Scheduler_that_blocks_holds_up_no_other_call()
    {
        using ManualResetEventSlim mayTake = new(initialState: true);
        TaskScheduler scheduler = new BlockingScheduler(mayTake);
        OthersGoOn(mayTake, queue =>
        {
            Task<bool> call = Task.Factory.StartNew(() => AwaitIn(queue, () => TaskScheduler.Current == scheduler), CancellationToken.None,
                TaskCreationOptions.None, scheduler).Unwrap();
            Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a pending call");
            mayTake.Reset();
            return call;
        });
    }

    private void OthersGoOn(ManualResetEventSlim mayTake, Func<TypedQueue<Parcel, ManyProducers, ManyConsumers>, Task<bool>> awaitIn)
    {
        var queue = Create();
        Task<bool> held = awaitIn(queue);
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a pending call");
        try
        {
            queue.TryEnqueue(P(0)).ShouldBeTrue();
            Worker.WaitUntil(() => queue.IsEmpty, "the look that takes the message");
            for (int i = 1; i < 4; i++)
            {
                Task<Parcel> other = queue.DequeueAsync(default).AsTask();
                queue.TryEnqueue(P(i)).ShouldBeTrue();
                other.Ended().ShouldBe(P(i));
            }

            held.IsCompleted.ShouldBeFalse();
        }
        finally
        {
            mayTake.Set();
        }

        held.Ended().ShouldBeTrue();
    }

    /// <summary>Whether it went on where it was before.</summary>
    private static async Task<bool> AwaitIn(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue, Func<bool> isThere) =>
        isThere() && await queue.DequeueAsync(default) == P(0) && isThere();

    private sealed class BlockingContext(ManualResetEventSlim mayTake) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            mayTake.Wait(Worker.Patience);
            ThreadPool.QueueUserWorkItem(_ =>
            {
                SetSynchronizationContext(this);
                d(state);
                SetSynchronizationContext(null);
            });
        }
    }

    private sealed class BlockingScheduler(ManualResetEventSlim mayTake) : TaskScheduler
    {
        protected override void QueueTask(Task task)
        {
            mayTake.Wait(Worker.Patience);
            ThreadPool.QueueUserWorkItem(_ => TryExecuteTask(task));
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
