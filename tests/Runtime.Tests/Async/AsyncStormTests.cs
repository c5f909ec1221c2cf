using System.Collections.Concurrent;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Async;

/// <summary>Many calls against each other: whatever the order, each message ends at exactly one reader or stays in the queue.</summary>
public sealed class AsyncStormTests : QueueTests<ManyProducers, ManyConsumers>
{
    [Fact]
    public void Storm_of_cancellations_loses_and_doubles_nothing()
    {
        const int Readers = 8, Messages = 5000;
        var queue = Create(capacity: 16);
        ConcurrentQueue<long> taken = new();
        int cancelled = 0;
        Task[] readers = [.. Enumerable.Range(0, Readers).Select(r => Task.Run(async () =>
        {
            Random random = new(r);
            while (true)
            {
                using CancellationTokenSource source = new();
                ValueTask<Parcel> call = queue.DequeueAsync(source.Token);
                // By turns before, while and after the message comes.
                if (random.Next(3) == 0) await Task.Yield();
                if (random.Next(2) == 0) _ = Task.Run(source.Cancel);
                try
                {
                    taken.Enqueue((await call).Sequence);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }
                catch (ShmQueueCompletedException)
                {
                    return;
                }
            }
        }))];
        Task writer = Task.Run(async () =>
        {
            for (int i = 0; i < Messages; i++)
            {
                await queue.EnqueueAsync(P(i), default);
                if (i % 16 == 0) await Task.Yield();
            }

            queue.Complete();
        });
        writer.Ended();
        Task.WhenAll(readers).Ended();
        taken.Order().ShouldBe(Range(0, Messages));
        cancelled.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Handles_disposed_under_their_readers_lose_nothing_that_another_could_take()
    {
        const int Rounds = 100;
        var queue = Create(capacity: 64);
        List<long> taken = [];
        for (int round = 0; round < Rounds; round++)
        {
            var brief = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options);
            Task<Parcel>[] readers = [.. Enumerable.Range(0, 4).Select(_ => brief.DequeueAsync(default).AsTask())];
            Task sending = Task.Run(() => queue.TryEnqueue(Parcels(round * 3, 3)).ShouldBe(3));
            brief.Dispose();
            foreach (Task<Parcel> reader in readers)
            {
                try
                {
                    taken.Add(reader.Ended().Sequence);
                }
                catch (ObjectDisposedException)
                {
                    // Its message, if there was one, is still in the queue.
                }
            }

            sending.Ended();
            taken.AddRange(Drain(queue));
        }

        taken.Order().ShouldBe(Range(0, Rounds * 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocking_and_pending_readers_share_what_is_sent(bool batch)
    {
        const int Rounds = 200, Blocking = 2, Pending = 3;
        var queue = Create(capacity: 16);
        var other = Open();
        for (int round = 0; round < Rounds; round++)
        {
            ConcurrentQueue<long> taken = new();
            Worker[] blocking = Worker.StartMany(Blocking, _ => taken.Enqueue(queue.Dequeue(default).Sequence));
            Task[] pending = [.. Enumerable.Range(0, Pending)
                .Select(i => Task.Run(async () => taken.Enqueue((await (i == 0 ? other : queue).DequeueAsync(default)).Sequence)))];
            if (batch) queue.TryEnqueue(Parcels(0, Blocking + Pending)).ShouldBe(Blocking + Pending);
            else for (int i = 0; i < Blocking + Pending; i++) queue.TryEnqueue(P(i)).ShouldBeTrue();
            foreach (Worker worker in blocking) worker.Join();
            Task.WhenAll(pending).Ended();
            taken.Order().ShouldBe(Range(0, Blocking + Pending));
        }
    }
}
