using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>
/// One producer's queue is completed by one thread while another sends: what was sent is there, and nothing comes after the end.
/// </summary>
public abstract class CompletingRaceTests<TConsumers> : QueueTests<OneProducer, TConsumers>
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Single_messages_end_with_the_queue() => Race(static (queue, next) => queue.TryEnqueue(P(next)) ? 1 : 0);

    [Fact]
    public void Batches_end_with_the_queue()
    {
        Parcel[] batch = new Parcel[3];
        Race((queue, next) =>
        {
            for (int i = 0; i < batch.Length; i++) batch[i] = P(next + i);
            return queue.TryEnqueue(batch);
        });
    }

    /// <summary>A writer that is open keeps its claim, so completing is refused, and the message is sent.</summary>
    [Fact]
    public void Claims_in_place_end_with_the_queue() => Race(static (queue, next) =>
    {
        if (!queue.TryClaim(out SlotWriter<Parcel> writer)) return 0;
        writer.Value = P(next);
        writer.Commit();
        return 1;
    });

    /// <summary>The first call takes the role: on a handle that has none yet, the next position is not known.</summary>
    [Fact]
    public void First_messages_end_with_the_queue() => Race(static (queue, next) => queue.TryEnqueue(P(next)) ? 1 : 0, before: 0);

    /// <summary>
    /// Three threads: one sends, one completes, one disposes. Whatever each was told is true for the next who opens the queue.
    /// </summary>
    [Fact]
    public void Disposed_while_it_is_completed()
    {
        for (int round = 0; round < CompletingRace.Rounds; round++)
        {
            string name = $"{Name}-{round}";
            using TypedQueue<Parcel, OneProducer, TConsumers> other = TypedQueue<Parcel, OneProducer, TConsumers>.Create(
                Contract, name, Folder.Options with { Capacity = CompletingRace.Capacity });
            TypedQueue<Parcel, OneProducer, TConsumers> queue = TypedQueue<Parcel, OneProducer, TConsumers>
                .Open(Contract, name, Folder.Options);
            long sent = 0;
            bool isCompleted = false;
            using Barrier start = new(3);
            Worker sender = Worker.Start(() =>
            {
                start.SignalAndWait();
                try
                {
                    while (true) sent += queue.TryEnqueue(P(sent)) ? 1 : 0;
                }
                catch (Exception e) when (e is ShmQueueCompletedException or ObjectDisposedException)
                {
                    // One of the two was faster.
                }
            });
            Worker completer = Worker.Start(() =>
            {
                start.SignalAndWait();
                Thread.SpinWait(round * 10);
                try
                {
                    queue.Complete();
                    isCompleted = true;
                }
                catch (ObjectDisposedException)
                {
                    // It may have been completed or not.
                }
            });
            start.SignalAndWait();
            Thread.SpinWait((CompletingRace.Rounds - round) * 10);
            queue.Dispose();
            sender.Join();
            completer.Join();
            Drain(other).ShouldBe(Range(0, (int)sent));
            if (isCompleted) other.IsCompleted.ShouldBeTrue();
            else other.Complete();
            other.IsCompleted.ShouldBeTrue();
            other.Delete();
        }
    }

    private void Race(Func<TypedQueue<Parcel, OneProducer, TConsumers>, long, int> send, int before = 20)
    {
        for (int round = 0; round < CompletingRace.Rounds; round++)
        {
            using TypedQueue<Parcel, OneProducer, TConsumers> queue = TypedQueue<Parcel, OneProducer, TConsumers>.Create(
                Contract, $"{Name}-{round}", Folder.Options with { Capacity = CompletingRace.Capacity });
            long sent = CompletingRace.Run(next => send(queue, next), queue.Complete, before + (round % 7));
            Drain(queue).ShouldBe(Range(0, (int)sent));
            queue.IsCompleted.ShouldBeTrue();
            queue.Delete();
        }
    }
}

/// <summary>The same for a publisher: each subscription comes to the same end.</summary>
public sealed class CompletingBroadcastRaceTests : BroadcastTests<OneProducer>
{
    [Fact]
    public void Publishing_ends_with_the_queue() => Race(static (queue, next) => queue.TryEnqueue(P(next)) ? 1 : 0);

    /// <summary>Nobody takes meanwhile, so most of them displace.</summary>
    [Fact]
    public void Displacing_ends_with_the_queue() => Race(static (queue, next) =>
    {
        _ = queue.EnqueueShift(P(next));
        return 1;
    }, capacity: 4);

    private void Race(Func<TypedBroadcast<Parcel, OneProducer>, long, int> send, int capacity = CompletingRace.Capacity)
    {
        for (int round = 0; round < CompletingRace.Rounds; round++)
        {
            using TypedBroadcast<Parcel, OneProducer> queue = TypedBroadcast<Parcel, OneProducer>.Create(
                Contract, $"{Name}-{round}", Folder.Options with { Capacity = capacity });
            using TypedSubscription<Parcel> subscription = queue.Subscribe(SubscribeFrom.Latest, null);
            long sent = CompletingRace.Run(next => send(queue, next), queue.Complete, before: 10 + (round % 7));
            IReadOnlyList<long> got = Drain(subscription);
            got.ShouldBe(Range(sent - got.Count, got.Count));
            (got.Count + subscription.Missed).ShouldBe(sent);
            subscription.IsCompleted.ShouldBeTrue();
            queue.Delete();
        }
    }
}

/// <summary>The same for serialized messages: the claim is open while the serializer runs.</summary>
public sealed class CompletingSerializedRaceTests : Serialization.NoteTests<OneProducer, ManyConsumers>
{
    [Fact]
    public void Serialized_messages_end_with_the_queue()
    {
        for (int round = 0; round < CompletingRace.Rounds; round++)
        {
            using var queue = NoteQueue<OneProducer, ManyConsumers>.OpenOrCreate($"{Name}-{round}",
                Folder.Options with { Capacity = CompletingRace.Capacity });
            long sent = CompletingRace.Run(next => queue.TryEnqueue(N(next)) ? 1 : 0, queue.Complete, before: round % 7);
            Drain(queue).ShouldBe(Enumerable.Range(0, (int)sent).Select(i => (long)i));
            queue.IsCompleted.ShouldBeTrue();
            queue.Delete();
        }
    }
}

public sealed class CompletingRaceTests_ManyConsumers : CompletingRaceTests<ManyConsumers>;

public sealed class CompletingRaceTests_OneConsumer : CompletingRaceTests<OneConsumer>;

public sealed class CompletingRaceTests_OneWaitingConsumer : CompletingRaceTests<OneWaitingConsumer>;

/// <summary>Two threads of one handle: one sends until it meets the end, the other makes the end.</summary>
internal static class CompletingRace
{
    public const int Rounds = 60, Capacity = 1 << 12;

    /// <param name="send">Sends from this number on. How many were sent.</param>
    /// <param name="complete">Completes, or is refused because a writer is open.</param>
    /// <param name="before">About how many are sent before that.</param>
    /// <returns>How many were sent.</returns>
    public static long Run(Func<long, int> send, Action complete, int before)
    {
        long sent = 0;
        bool isCompleted = false;
        Worker sender = Worker.Start(() =>
        {
            while (true)
            {
                bool isOver = Volatile.Read(ref isCompleted);
                try
                {
                    int more = send(sent);
                    if (isOver) throw new InvalidOperationException($"{more} messages were sent after Complete had returned.");
                    Volatile.Write(ref sent, sent + more);
                }
                catch (ShmQueueCompletedException)
                {
                    return;
                }
            }
        });
        SpinWait.SpinUntil(() => Volatile.Read(ref sent) >= before || !sender.IsRunning, Worker.Patience);
        while (!IsDone(complete)) Thread.Yield();
        Volatile.Write(ref isCompleted, true);
        sender.Join();
        return sent;
    }

    /// <summary>An open writer refuses it; whoever wants the end asks again.</summary>
    private static bool IsDone(Action complete)
    {
        try
        {
            complete();
            return true;
        }
        catch (InvalidOperationException e) when (e.Message.Contains("SlotWriter", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
