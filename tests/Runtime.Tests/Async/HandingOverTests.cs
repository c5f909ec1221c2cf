#if DEBUG
#pragma warning disable MA0012 // What the runtime throws when there is no memory is thrown in its place.
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Async;

/// <summary>
/// There is no memory to hand an awaiter's continuation over with: the dispatcher waits for some, and neither it nor the call is lost.
/// </summary>
public sealed class HandingOverTests : QueueTests<ManyProducers, ManyConsumers>
{
    [Fact]
    public async Task Continuation_is_handed_over_when_there_is_memory_again()
    {
        var queue = Create();
        int failures = 0;
        // Of this test's calls or another's: each is to be handed over in the end.
        Steps.RiskedElsewhere = label =>
        {
            if (label is "async: continuation handed over" && Interlocked.Increment(ref failures) <= 20) throw new NoMemoryException(label);
        };
        try
        {
            ValueTask<Parcel> first = queue.DequeueAsync(default), second = queue.DequeueAsync(default);
            Task<Parcel> firstTask = first.AsTask(), secondTask = second.AsTask();
            Worker.Run(() => queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2));
            (await firstTask.WaitAsync(Worker.Patience)).ShouldBe(P(0));
            (await secondTask.WaitAsync(Worker.Patience)).ShouldBe(P(1));
        }
        finally
        {
            Steps.RiskedElsewhere = null;
        }

        failures.ShouldBeGreaterThan(20);
        Task<Parcel> later = queue.DequeueAsync(default).AsTask();
        Worker.Run(() => queue.Enqueue(P(2), default));
        (await later.WaitAsync(Worker.Patience)).ShouldBe(P(2));
    }

    /// <summary>A call's error and its cancellation are made by whoever awaits it; until then they are but noted.</summary>
    [Fact]
    public void Awaiter_gets_the_error_with_its_kind()
    {
        var queue = Create();
        using CancellationTokenSource cancellation = new();
        Task<Parcel> cancelled = queue.DequeueAsync(cancellation.Token).AsTask(), ended = queue.DequeueAsync(default).AsTask();
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(() => cancelled.Ended()).CancellationToken.ShouldBe(cancellation.Token);
        cancelled.IsCanceled.ShouldBeTrue();
        queue.Complete();
        Should.Throw<ShmQueueCompletedException>(() => ended.Ended());
        ended.IsFaulted.ShouldBeTrue();
    }
}

/// <summary>As the runtime throws it.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032:Implement standard exception constructors",
    Justification = "Thrown here alone.")]
internal sealed class NoMemoryException(string message) : OutOfMemoryException(message);
#endif
