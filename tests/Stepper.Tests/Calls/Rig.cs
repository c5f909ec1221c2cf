using TypedShmQueue.Async;
using TypedShmQueue.Stepper.Tests.Stepping;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Stepper.Tests.Calls;

/// <summary>One real queue, on which one call throws at one step; and what must be as it was afterwards.</summary>
internal sealed class Rig<TProducers, TConsumers> : IDisposable
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public const int Capacity = 2;

    private readonly QueueFolder _folder = new();
    private readonly TimeSpan _patience;

    /// <param name="patience">How long what must end is waited for.</param>
    public Rig(TimeSpan patience)
    {
        _patience = patience;
        string name = ShmQueueName.NewUnique();
        Queue = TypedQueue<Parcel, TProducers, TConsumers>.Create(
            Contracts.Parcel<TProducers, TConsumers>(), name, _folder.Options with { Capacity = Capacity });
    }

    public TypedQueue<Parcel, TProducers, TConsumers> Queue { get; }

    public static Parcel P(long sequence) => new(0, sequence);

    /// <summary>The next pending call has to have a thread started: none is left from another.</summary>
    public static void AwaitIdleDispatcher() =>
        Worker.WaitUntil(() => AsyncDispatcher.ThreadCount == 0, "the dispatcher's last thread ends");

    /// <summary>Makes the call with its k-th risky step throwing. False: it has no such step, and came through.</summary>
    /// <param name="failing">Which step.</param>
    /// <param name="call">The call; one that waits is ended by the caller of this.</param>
    /// <param name="withoutRepair">A seeded fault.</param>
    public static bool Throws(int failing, Func<Task> call, string? withoutRepair = null)
    {
        using Risks risks = new(failing, withoutRepair);
        Task task;
        try
        {
            task = call();
        }
        catch (FailedCallException)
        {
            return true;
        }
        catch (OperationCanceledException e)
        {
            task = Task.FromException(e);
        }

        if (risks.Thrown == null) return false;
        // What a step threw is what its call ends with, and at once.
        if (!task.IsFaulted || task.Exception!.InnerException is not FailedCallException)
            throw new InvalidOperationException($"{risks.Thrown} threw, and the call is {task.Status}.");
        return true;
    }

    /// <summary>
    /// Nothing of a failed call is left: pending calls are served in their order and get every message, and Dispose ends.
    /// </summary>
    public void Check()
    {
        while (Queue.TryDequeue(out _))
        {
            // What the call was to find or not.
        }

        Task<Parcel>[] readers = [Queue.DequeueAsync(default).AsTask(), Queue.DequeueAsync(default).AsTask()];
        for (int i = 0; i < readers.Length; i++)
        {
            Send(P(700 + i));
            if (Ended(readers[i], "a pending reader") != P(700 + i))
                throw new InvalidOperationException("A message came to another reader than the one whose turn it was.");
        }

        for (int i = 0; i < Capacity; i++) Send(P(710 + i));
        Task writer = Queue.EnqueueAsync(P(720), default).AsTask();
        for (int i = 0; i <= Capacity; i++)
        {
            if (i == 1) Ended(writer, "a pending writer");
            long expected = i < Capacity ? 710 + i : 720;
            if (!Queue.TryDequeue(out Parcel parcel) || parcel != P(expected))
                throw new InvalidOperationException($"Message {expected} did not come; a failed call may have sent or taken one.");
        }

        if (Queue.Count != 0) throw new InvalidOperationException("There is a message that nobody has sent.");
        Task<Parcel> last = Queue.DequeueAsync(default).AsTask();
        Ended(Task.Run(Queue.Dispose), "Dispose");
        if (!Ended(last.ContinueWith(static t => t.Exception?.InnerException is ObjectDisposedException, TaskScheduler.Default),
            "a reader whose queue is disposed"))
            throw new InvalidOperationException("A reader whose queue was disposed does not hear of it.");
    }

    public void Dispose()
    {
        // Where a seeded fault keeps Dispose from ending, its thread stays until the process ends.
        _ = Task.Run(Queue.Dispose).Wait(_patience);
        _folder.Dispose();
    }

    private void Send(Parcel parcel)
    {
        if (!Queue.TryEnqueue(parcel)) throw new InvalidOperationException("There is no room in an empty queue.");
    }

    private T Ended<T>(Task<T> task, string what)
    {
        Ended((Task)task, what);
        return task.GetAwaiter().GetResult();
    }

    private void Ended(Task task, string what)
    {
        if (!Task.WhenAny(task, Task.Delay(_patience)).GetAwaiter().GetResult().Equals(task))
            throw new InvalidOperationException($"It never ends: {what}.");
    }
}
