using System.Globalization;
using TypedShmQueue.Async;
using TypedShmQueue.Peer.Limits;
using TypedShmQueue.Testing;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do without blocking a thread.</summary>
internal sealed class AsyncActs<TProducers, TConsumers>(QueueContract contract, string name, ShmQueueOptions options)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Takes until the queue's end, and says each.</summary>
    public void Take()
    {
        using var queue = Open(name);
        Orders.Say("ready");
        Run(async () =>
        {
            await foreach (Parcel parcel in queue.ReadAllAsync(default))
            {
                if (!parcel.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
                Orders.Say(string.Create(CultureInfo.InvariantCulture, $"{parcel.Producer} {parcel.Sequence}"));
            }

            Orders.Say("end");
        });
    }

    /// <summary>Sends back on the queue "back" what comes on the other, waiting for each; ends with the queue.</summary>
    public void Echo(string back)
    {
        using var there = Open(name);
        using var answers = Open(back);
        Orders.Say("ready");
        Run(async () =>
        {
            try
            {
                while (true) await answers.EnqueueAsync(await there.DequeueAsync(default), default);
            }
            catch (ShmQueueCompletedException)
            {
                Orders.Say("end");
            }
        });
    }

    /// <summary>Fills the queue, then waits for room.</summary>
    public void Fill()
    {
        using var queue = Open(name);
        int n = 0;
        while (queue.TryEnqueue(new Parcel(100, n))) n++;
        Run(async () =>
        {
            ValueTask waiting = queue.EnqueueAsync(new Parcel(100, n), default);
            Orders.Say("full");
            await waiting;
            Orders.Say("sent");
        });
    }

    /// <summary>
    /// "queues:readers": so many queues with so many pending readers each; ends when each has had a message, and says when no thread is
    /// left to wait.
    /// </summary>
    public void Crowd(string argument)
    {
        int queues = Number(argument.Split(':')[0]), readers = Number(argument.Split(':')[1]);
        var all = Enumerable.Range(0, queues).Select(i => Open(string.Create(CultureInfo.InvariantCulture, $"{name}.{i}"))).ToList();
        Task[] pending = [.. all.SelectMany(queue => Enumerable.Range(0, readers).Select(_ => queue.DequeueAsync(default).AsTask()))];
        Orders.Say(string.Create(CultureInfo.InvariantCulture, $"pending {pending.Count(p => !p.IsCompleted)}"));
        Run(() => Task.WhenAll(pending));
        Orders.Say("served");
        while (AsyncDispatcher.ThreadCount > 0) Thread.Sleep(10);
        Orders.Say("idle");
        foreach (var queue in all) queue.Dispose();
    }

    /// <summary>
    /// "other:when:error": a pending reader of this queue and of the other; futex_waitv is answered with the error from before the queue is
    /// opened on (the library asks then; says on how many words it parks at once), from before the first call on, or from after it. Says
    /// how often the dispatcher awoke within a second in which nothing was sent, and then what comes.
    /// </summary>
    public void Filtered(string argument)
    {
        const uint FutexWaitAny = 449;
        string[] parts = argument.Split(':');
        if (parts[1] is "start") CallFilter.Refuse(FutexWaitAny, (ushort)Number(parts[2]));
        using var first = Open(name);
        if (parts[1] is "start") Orders.Say(string.Create(CultureInfo.InvariantCulture, $"parks on {ParkingPort.Current.MostWordsAtOnce}"));
        using var other = Open(parts[0]);
        int awoken = 0;
        Steps.ReachedElsewhere = label =>
        {
            if (label is "async: awake") Interlocked.Increment(ref awoken);
        };
        if (parts[1] is "before") CallFilter.Refuse(FutexWaitAny, (ushort)Number(parts[2]));
        Task<Parcel>[] pending = [first.DequeueAsync(default).AsTask(), other.DequeueAsync(default).AsTask()];
        Thread.Sleep(200); // the dispatcher is parked on both
        if (parts[1] is "after") CallFilter.Refuse(FutexWaitAny, (ushort)Number(parts[2]));
        Interlocked.Exchange(ref awoken, 0);
        Thread.Sleep(1000);
        Orders.Say(string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref awoken)}"));
        foreach (Task<Parcel> call in pending)
            Orders.Say(string.Create(CultureInfo.InvariantCulture, $"got {call.GetAwaiter().GetResult().Sequence}"));
    }

    private TypedQueue<Parcel, TProducers, TConsumers> Open(string queue) =>
        TypedQueue<Parcel, TProducers, TConsumers>.Open(contract, queue, options);

    private static void Run(Func<Task> body) => body().GetAwaiter().GetResult();

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
