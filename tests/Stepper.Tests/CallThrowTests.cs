using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TypedShmQueue.Stepper.Tests.Calls;
using TypedShmQueue.Testing;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>
/// Whole calls on real queues, with the real dispatcher: each throws at its k-th step that can (an allocation, a thread's start, a
/// registration, a question to the system), for all k until it comes through. After each the caller goes on with the same handle.
/// </summary>
[Collection(CallThrowFaultTests.Name)]
[SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "A call that throws is looked at, not awaited.")]
public abstract class CallThrowTests<TProducers, TConsumers>(ITestOutputHelper output)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public static TheoryData<string, int> Operations { get; } = new()
    {
        // The steps each has at the least: with fewer, a label was lost.
        { "dequeue later", 3 },
        { "wait to read", 3 },
        { "enqueue later", 3 },
        { "wait to write", 3 },
        { "enqueue of a new thread", typeof(TProducers) == typeof(OneProducer) ? 0 : 1 },
        { "dequeue, parking", 1 },
        { "enqueue, parking", 1 },
        { "set, awaited", 3 },
        { "set, added to", 2 },
        { "set, parking", 1 },
    };

    [RepairTheory]
    [MemberData(nameof(Operations))]
    public void Call_that_throws_has_done_nothing(string operation, int steps)
    {
        int failing = 1;
        while (Operation.Throws<TProducers, TConsumers>(operation, failing, withoutRepair: null, Worker.Patience)) failing++;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{failing - 1} steps"));
        (failing - 1).ShouldBeGreaterThanOrEqualTo(steps);
    }
}

public sealed class CallThrowTests_ManyProducers_ManyConsumers(
    ITestOutputHelper output) : CallThrowTests<ManyProducers, ManyConsumers>(output);
public sealed class CallThrowTests_OneProducer_OneWaitingConsumer(
    ITestOutputHelper output) : CallThrowTests<OneProducer, OneWaitingConsumer>(output);

/// <summary>Each of these leaves a repair out that is due when a call threw, and must be found.</summary>
[Collection(Name)]
public sealed class CallThrowFaultTests(ITestOutputHelper output)
{
    /// <summary>One at a time: the dispatcher is the process's.</summary>
    public const string Name = "calls that throw";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    [RepairTheory]
    [InlineData("dequeue later", "dispatcher's parker")]
    [InlineData("dequeue later", "line of a gate that nobody watches")]
    [InlineData("dequeue later", "call in line")]
    [InlineData("enqueue later", "dispatcher's parker")]
    [InlineData("enqueue later", "line of a gate that nobody watches")]
    [InlineData("enqueue later", "call in line")]
    [InlineData("set, awaited", "wait set: members that nobody watches")]
    [InlineData("set, added to", "wait set: member that nobody watches")]
    public void Repair_that_is_left_out_is_found(string operation, string repair)
    {
        try
        {
            InvalidOperationException found = Should.Throw<InvalidOperationException>(() =>
            {
                for (int failing = 1; Operation.Throws<ManyProducers, ManyConsumers>(operation, failing, repair, s_patience); failing++)
                {
                    // The next step.
                }
            });
            output.WriteLine(found.Message);
        }
        finally
        {
            // It gets its thread late, or no pending call of this process would ever end again.
            Risks.WithoutThread?.Start();
            Risks.WithoutThread = null;
        }
    }
}

/// <summary>A call, made on a queue on which it has the most to do.</summary>
[SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "A call that throws is looked at, not awaited.")]
internal static class Operation
{
    /// <summary>Whether the call has so many steps that can throw; then it has, and everything else was found to be as it was.</summary>
    public static bool Throws<TProducers, TConsumers>(string operation, int failing, string? withoutRepair, TimeSpan patience)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        using CancellationTokenSource cancellation = new();
        using Rig<TProducers, TConsumers> rig = new(patience);
        TypedQueue<Parcel, TProducers, TConsumers> queue = rig.Queue;
        bool full = operation is "enqueue later" or "wait to write" or "enqueue, parking";
        for (int i = 0; i < Rig<TProducers, TConsumers>.Capacity && full; i++)
            queue.TryEnqueue(Rig<TProducers, TConsumers>.P(i)).ShouldBeTrue();
        Rig<TProducers, TConsumers>.AwaitIdleDispatcher();
        using ShmWaitSet set = new(WaitPolicy.Park);
        bool isOfSet = operation.StartsWith("set, ", StringComparison.Ordinal);
        // A set that is empty has nobody park for it.
        Task? waits = operation is "set, added to" ? set.WaitAsync(cancellation.Token).AsTask() : null;
        if (isOfSet && waits == null) set.Add(queue);

        Task? pending = null;
        bool threw = Rig<TProducers, TConsumers>.Throws(failing, () => pending = Make(), withoutRepair);
        if (!threw)
        {
            cancellation.Cancel();
            // A call that blocks was cancelled in it.
            if (pending != null) Should.Throw<OperationCanceledException>(() => pending.GetAwaiter().GetResult());
            if (waits != null) Should.Throw<OperationCanceledException>(() => waits.GetAwaiter().GetResult());
        }

        if (isOfSet) Check(set, queue, waits, threw, patience);
        rig.Check();
        return threw;

        Task Make()
        {
            switch (operation)
            {
                case "dequeue later": return queue.DequeueAsync(cancellation.Token).AsTask();
                case "wait to read": return queue.WaitToReadAsync(cancellation.Token).AsTask();
                case "enqueue later": return queue.EnqueueAsync(new Parcel(9, 9), cancellation.Token).AsTask();
                case "wait to write": return queue.WaitToWriteAsync(cancellation.Token).AsTask();
                case "enqueue of a new thread":
                    queue.TryEnqueue(new Parcel(9, 9)).ShouldBeTrue();
                    return Task.FromCanceled(new CancellationToken(canceled: true));
                case "dequeue, parking":
                    cancellation.CancelAfter(TimeSpan.FromMilliseconds(50));
                    queue.Dequeue(cancellation.Token);
                    throw new InvalidOperationException("There was a message in an empty queue.");
                case "enqueue, parking":
                    cancellation.CancelAfter(TimeSpan.FromMilliseconds(50));
                    queue.Enqueue(new Parcel(9, 9), cancellation.Token);
                    throw new InvalidOperationException("There was room in a full queue.");
                case "set, awaited": return set.WaitAsync(cancellation.Token).AsTask();
                case "set, added to":
                    set.Add(queue);
                    return Task.FromCanceled(new CancellationToken(canceled: true));
                case "set, parking":
                    cancellation.CancelAfter(TimeSpan.FromMilliseconds(50));
                    set.Wait(cancellation.Token);
                    throw new InvalidOperationException("There was a message in an empty queue.");
                default: throw new NotSupportedException(operation);
            }
        }
    }

    /// <summary>Nothing of a failed call is left in the set: nobody parks for a wait that is not there, and the next one works.</summary>
    private static void Check<TProducers, TConsumers>(
        ShmWaitSet set, TypedQueue<Parcel, TProducers, TConsumers> queue, Task? waits, bool threw, TimeSpan patience)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        bool goesOn = threw && waits != null;
        if (goesOn)
        {
            if (set.Count != 0) throw new InvalidOperationException("What could not be added is in the set.");
            set.Add(queue);
        }
        else if (set.IsPending)
        {
            throw new InvalidOperationException("Somebody parks for a wait that has failed.");
        }

        queue.TryEnqueue(new Parcel(8, 8)).ShouldBeTrue();
        bool isReady = goesOn ? waits!.Wait(patience) : set.TryWait(out _, patience);
        if (!isReady || !queue.TryDequeue(out _)) throw new InvalidOperationException("The set does not find the queue ready.");
        set.Remove(queue).ShouldBeTrue();
    }
}
