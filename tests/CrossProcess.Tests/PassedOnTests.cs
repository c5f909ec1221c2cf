using TypedShmQueue.CrossProcess.Tests.Support;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// The dispatcher takes one wake and stands for all pending calls of a gate. Where they want less than it was woken for, it passes a wake
/// on, to whoever else is parked there. No time tells it: each wake raises the gate's epoch.
/// </summary>
public sealed class PassedOnTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    private static readonly Parcel[] s_two = [new(1, 0), new(1, 1)];

    [LabelFact]
    public void Wake_for_more_messages_than_there_are_calls()
    {
        var queue = Create(capacity: 8);
        using var sender = Open();
        Task<Parcel> call = queue.DequeueAsync(default).AsTask();
        IsPassedOn(queue, queue.Handle.Session.NotEmpty.Gate, () => sender.TryEnqueue(s_two).ShouldBe(2));
        call.WaitAsync(Worker.Patience).GetAwaiter().GetResult().ShouldBe(s_two[0]);
    }

    [LabelFact]
    public void Wake_for_more_room_than_there_are_calls()
    {
        var queue = Create(capacity: 2);
        using var taker = Open();
        queue.TryEnqueue(s_two).ShouldBe(2);
        Task call = queue.EnqueueAsync(new Parcel(1, 2), default).AsTask();
        IsPassedOn(queue, queue.Handle.Session.NotFull.Gate, () => taker.TryDequeue(new Parcel[2]).ShouldBe(2));
        call.WaitAsync(Worker.Patience).GetAwaiter().GetResult();
        queue.Dequeue(default).ShouldBe(new Parcel(1, 2));
    }

    [LabelFact]
    public void Wake_for_a_call_that_is_cancelled()
    {
        var queue = Create(capacity: 8);
        using CancellationTokenSource cancellation = new();
        Task<Parcel> call = queue.DequeueAsync(cancellation.Token).AsTask();
        Gate gate = queue.Handle.Session.NotEmpty.Gate;
        IsPassedOn(queue, gate, () => gate.Wake(1), cancellation.Cancel);
        Should.Throw<OperationCanceledException>(() => call.WaitAsync(Worker.Patience).GetAwaiter().GetResult());
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open() =>
        TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Folder.Options);

    /// <summary>
    /// Another parker is announced, asleep for all that anybody can tell. When the dispatcher is about to park, somebody wakes, and is held
    /// before it takes the announcements away until the dispatcher has raised the epoch once more.
    /// </summary>
    private static void IsPassedOn(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue, Gate gate, Action wake, Action? meanwhile = null)
    {
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Single(p => p.IsSelf).Parked > 0, "the dispatcher's stay at the gate");
        uint epoch = gate.Announce();
        using ManualResetEventSlim woken = new();
        Worker? waker = null;
        int begun = 0;
        Steps.ReachedElsewhere = label =>
        {
            if (!string.Equals(label, "async: about to park", StringComparison.Ordinal) || Interlocked.Exchange(ref begun, 1) != 0) return;
            Volatile.Write(ref waker, Start());
            woken.Wait(Worker.Patience);
        };
        Worker.WaitUntil(() => Volatile.Read(ref waker) != null, "the dispatcher's park");
        try
        {
            waker!.Join();
        }
        finally
        {
            Steps.ReachedElsewhere = null;
        }

        Worker Start() => Worker.Start(() =>
        {
            Steps.Reached = label =>
            {
                if (woken.IsSet || !string.Equals(label, "wake: woken", StringComparison.Ordinal)) return;
                meanwhile?.Invoke();
                woken.Set();
                Worker.WaitUntil(() => gate.Epoch - epoch >= 2, "the wake that is passed on");
            };
            wake();
        });
    }
}
