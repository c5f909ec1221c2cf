using System.Globalization;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// One public call on a real queue, by a process that dies at one of its labelled steps (see <see cref="LabelTrap"/>).
/// </summary>
internal sealed class KillLabel<TProducers, TConsumers>(QueueContract contract, string name, ShmQueueOptions options)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Whose messages these are, in the test's ledger.</summary>
    private const long Me = 101;

    /// <summary>A message that must not come: its call is cancelled.</summary>
    private const int Cancelled = 99;

    private const int Capacity = 4;

    private static readonly TimeSpan s_vain = TimeSpan.FromMilliseconds(30);

    /// <param name="argument">"operation:step", the step by its number or its label.</param>
    public void Play(string argument)
    {
        string[] parts = argument.Split(':', 2);
        // A pending call is looked after by the dispatcher's thread as well.
        bool isPending = parts[0].Contains("async", StringComparison.Ordinal);
        new LabelTrap(parts[1], everyThread: isPending).Run(Prepare(parts[0]));
    }

    private Func<string> Prepare(string operation) => operation switch
    {
        "create" => Silently(() => TypedQueue<Parcel, TProducers, TConsumers>.Create(contract, name, Small)),
        "create-taken" => Silently(CreateInVain),
        "open" => Silently(() => Open()),
        "open-deleted" => Silently(() => TypedQueue<Parcel, TProducers, TConsumers>.TryOpen(contract, name, options, out _)),
        "open-or-create" => Silently(() => TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(contract, name, Small)),
        "delete-by-name" => Silently(() => QueueFiles.Delete(name, options)),
        _ => PrepareAttached(operation, Open()),
    };

    private static Func<string> PrepareAttached(string operation, TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        switch (operation)
        {
            case "delete": return Silently(queue.Delete);
            case "enqueue": return Silently(() => queue.Enqueue(new Parcel(Me, 0), default));
            case "shift": return () => queue.EnqueueShift(new Parcel(Me, 0), out Parcel displaced) ? Taken(displaced) : "";
            case "dequeue": return () => Taken(queue.Dequeue(default));
            case "dequeue-in-vain": return Silently(() => queue.TryDequeue(out _, s_vain));
            case "enqueue-in-vain": return Silently(() => queue.TryEnqueue(new Parcel(Me, 0), s_vain));
            case "enqueue-async": return Silently(() => Wait(queue.EnqueueAsync(new Parcel(Me, 0), default).AsTask()));
            case "dequeue-async": return () => Taken(Wait(queue.DequeueAsync(default).AsTask()));
            case "enqueue-async-in-vain": return Silently(() =>
                WaitInVain(queue, cancellation => queue.EnqueueAsync(new Parcel(Me, 0), cancellation).AsTask()));
            case "dequeue-async-in-vain": return Silently(() =>
                WaitInVain(queue, cancellation => queue.DequeueAsync(cancellation).AsTask()));
            case "enqueue-async-behind-cancelled":
                return Silently(() =>
                    WaitBehindCancelled(queue, (sequence, cancellation) =>
                        queue.EnqueueAsync(new Parcel(Me, sequence), cancellation).AsTask()));
            case "dequeue-async-behind-cancelled":
                return () =>
                    string.Concat(WaitBehindCancelled(queue, (_, cancellation) => queue.DequeueAsync(cancellation).AsTask())
                    .Select(call => Taken(Wait(call))));
            case "set-dequeue": return () =>
                {
                    using ShmWaitSet set = SetOf(queue);
                    return Taken(((TypedQueue<Parcel, TProducers, TConsumers>)set.Wait()[0]).Dequeue(default));
                };
            case "set-dequeue-async": return () =>
                {
                    using ShmWaitSet set = SetOf(queue);
                    return Taken(((TypedQueue<Parcel, TProducers, TConsumers>)Wait(set.WaitAsync().AsTask())[0]).Dequeue(default));
                };
            case "complete": return Silently(queue.Complete);
            case "commit": return Silently(() => Claim(queue, commits: true));
            case "publish-span": return Silently(() => ClaimSpan(queue, publishes: true));
            case "abandon-span": return Silently(() => ClaimSpan(queue, publishes: false));
            case "abandon": return Silently(() => Claim(queue, commits: false));
            case "dispose":
                // With all that a handle can hold: a lane or the producer's role, the consumer's role, an open writer.
                _ = queue.TryPeek(out _);
                if (!queue.TryClaim(out _)) throw new InvalidOperationException("No room for a claim.");
                return Silently(queue.Dispose);
            case "dispose-waited-on":
                StartWaiting(queue);
                return Silently(queue.Dispose);
            default:
                throw new NotSupportedException($"No such operation: {operation}.");
        }
    }

    private static void Claim(TypedQueue<Parcel, TProducers, TConsumers> queue, bool commits)
    {
        if (!queue.TryClaim(out SlotWriter<Parcel> writer)) throw new InvalidOperationException("No room for a claim.");
        using (writer)
        {
            writer.Value = new Parcel(Me, 0);
            if (commits) writer.Commit();
        }
    }

    private static void ClaimSpan(TypedQueue<Parcel, TProducers, TConsumers> queue, bool publishes)
    {
        if (!queue.TryClaim(2, out SlotSpan<Parcel> span)) throw new InvalidOperationException("No room for a claim.");
        using (span)
        {
            for (int i = 0; i < span.Count; i++) span[i] = new Parcel(Me, i);
            if (publishes) span.Publish();
        }
    }

    private static bool Wait(Task call)
    {
        call.GetAwaiter().GetResult();
        return true;
    }

    private static TResult Wait<TResult>(Task<TResult> call) => call.GetAwaiter().GetResult();

    private static ShmWaitSet SetOf(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        ShmWaitSet set = new(WaitPolicy.Park);
        set.Add(queue);
        return set;
    }

    /// <summary>Cancels the call once the dispatcher is parked for it.</summary>
    private static bool WaitInVain(TypedQueue<Parcel, TProducers, TConsumers> queue, Func<CancellationToken, Task> begin)
    {
        using CancellationTokenSource cancellation = new();
        Task call = begin(cancellation.Token);
        while (queue.GetStatistics().Participants.Single(p => p.IsSelf).Parked == 0) Thread.Sleep(1);
        cancellation.Cancel();
        try
        {
            call.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return true;
        }

        throw new InvalidOperationException("There was nothing to wait for.");
    }

    /// <summary>Three calls in line, of which the first is cancelled, and says so; the other two, at their end.</summary>
    private static TCall[] WaitBehindCancelled<TCall>(TypedQueue<Parcel, TProducers, TConsumers> queue,
        Func<int, CancellationToken, TCall> begin)
        where TCall : Task
    {
        TCall[] behind = [];
        WaitInVain(queue, cancellation =>
        {
            TCall first = begin(Cancelled, cancellation);
            behind = [begin(0, default), begin(1, default)];
            return first;
        });
        Orders.Say("cancelled");
        foreach (TCall call in behind) Wait(call);
        return behind;
    }

    /// <summary>Another thread of this handle parks, to be thrown out by the operation.</summary>
    private static void StartWaiting(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        new Thread(() =>
        {
            try
            {
                _ = queue.Dequeue(default);
            }
            catch (ObjectDisposedException)
            {
                // As it should be.
            }
        })
        { IsBackground = true }.Start();
        while (queue.GetStatistics().Participants.Single(p => p.IsSelf).Parked == 0) Thread.Sleep(1);
    }

    private void CreateInVain()
    {
        try
        {
            _ = TypedQueue<Parcel, TProducers, TConsumers>.Create(contract, name, Small);
        }
        catch (ShmQueueExistsException)
        {
            return;
        }

        throw new InvalidOperationException("The name was free.");
    }

    private ShmQueueOptions Small => options with { Capacity = Capacity, MaxParticipants = 3 };

    private TypedQueue<Parcel, TProducers, TConsumers> Open() => TypedQueue<Parcel, TProducers, TConsumers>.Open(contract, name, options);

    private static Func<string> Silently(Action act) => () =>
    {
        act();
        return "";
    };

    private static Func<string> Silently<TResult>(Func<TResult> act) => () =>
    {
        _ = act();
        return "";
    };

    private static string Taken(in Parcel parcel) => parcel.IsWhole
        ? string.Create(CultureInfo.InvariantCulture, $" {parcel.Producer}/{parcel.Sequence}")
        : throw new InvalidDataException("A message is not as it was sent.");
}
