using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>
/// Consumers that see only what is committed, in every delivery. Messages are sent by a handle that does not wait, and a lock that a test
/// holds keeps everybody from committing.
/// </summary>
public abstract class VisibilityTests : DurableTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A handle that sends without a commit. The queue is there from here on, and consumers that begin later see its messages.
    /// </summary>
    protected abstract Action<long> OpenHastyProducer();

    /// <summary>A handle that takes.</summary>
    protected abstract ITaker OpenConsumer(Visibility visibility);

    protected ShmQueueOptions Hasty => Options with { Durability = Durability.Cached, Capacity = 64 };

    /// <summary>
    /// How many messages are committed, from the queue's first on: a word of the journal's position, in the ring's header.
    /// </summary>
    protected long Committed => Spoiler.ReadWord(Rings().ShouldHaveSingleItem(), 1280 + 48) - 64;

    [Fact]
    public void What_is_not_committed_is_as_if_it_were_not_there()
    {
        Action<long> send = OpenHastyProducer();
        ITaker taker = OpenConsumer(Visibility.Committed), hasty = OpenConsumer(Visibility.AtOnce);
        using (HoldCommits())
        {
            for (int i = 0; i < 3; i++) send(i);
            hasty.CanPeek().ShouldBeTrue();
            taker.CanPeek().ShouldBeFalse();
            taker.TryTake(out _).ShouldBeFalse();
            taker.TryTakeMany(5).ShouldBeEmpty();
            taker.TryTake(out _, s_short).ShouldBeFalse();
            using CancellationTokenSource cancellation = new(s_short);
            Should.Throw<OperationCanceledException>(() => taker.Take(cancellation.Token));
        }

        for (int i = 0; i < 3; i++) taker.Take(default).ShouldBe(i);
        Committed.ShouldBe(3);
        taker.TryTake(out _).ShouldBeFalse();
    }

    [Fact]
    public void A_batch_ends_where_the_commits_do()
    {
        Action<long> send = OpenHastyProducer();
        ITaker taker = OpenConsumer(Visibility.Committed);
        for (int i = 0; i < 3; i++) send(i);
        taker.Flush();
        using (HoldCommits())
        {
            for (int i = 3; i < 5; i++) send(i);
            taker.TryTakeMany(5).ShouldBe([0, 1, 2]);
            taker.TryTakeMany(5).ShouldBeEmpty();
        }

        List<long> rest = [];
        Worker.WaitUntil(() =>
        {
            rest.AddRange(taker.TryTakeMany(5));
            return rest.Count == 2;
        }, "the rest, which the look itself had committed");
        rest.ShouldBe([3, 4]);
    }

    [Fact]
    public void A_call_that_waits_commits_by_itself_and_one_that_waits_for_a_commit_goes_on_when_it_is_made()
    {
        Action<long> send = OpenHastyProducer();
        ITaker taker = OpenConsumer(Visibility.Committed);
        Worker waiting = Worker.Start(() => taker.Take(default).ShouldBe(0));
        Thread.Sleep(20); // parked, as a rule
        using (HoldCommits())
        {
            send(0);
            Thread.Sleep(20);
            waiting.IsRunning.ShouldBeTrue();
        }

        waiting.Join();
        Committed.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_waits_without_a_thread_has_somebody_commit()
    {
        Action<long> send = OpenHastyProducer();
        ITaker taker = OpenConsumer(Visibility.Committed);
        Task<long> before = taker.TakeAsync(default).AsTask();
        Task<long> after;
        using (HoldCommits())
        {
            send(0);
            send(1);
            after = taker.TakeAsync(default).AsTask();
            using CancellationTokenSource cancellation = new(s_short);
            await Should.ThrowAsync<OperationCanceledException>(taker.TakeAsync(cancellation.Token).AsTask());
            before.IsCompleted.ShouldBeFalse();
        }

        (await before.WaitAsync(Worker.Patience)).ShouldBe(0);
        (await after.WaitAsync(Worker.Patience)).ShouldBe(1);
        Committed.ShouldBe(2);
        Task<IReadOnlyList<long>> all = taker.TakeAllAsync(4);
        for (int i = 2; i < 6; i++) send(i);
        (await all.WaitAsync(Worker.Patience)).ShouldBe([2, 3, 4, 5]);
    }

    [Fact]
    public void A_call_that_waits_for_a_commit_ends_with_its_handle()
    {
        Action<long> send = OpenHastyProducer();
        ITaker taker = OpenConsumer(Visibility.Committed), other = OpenConsumer(Visibility.Committed);
        Task<long> pending;
        using (HoldCommits())
        {
            send(0);
            Worker waiting = Worker.Start(() => taker.Take(default));
            pending = other.TakeAsync(default).AsTask();
            Thread.Sleep(20);
            taker.Dispose();
            waiting.JoinForError().ShouldBeOfType<ObjectDisposedException>();
            other.Dispose();
        }

        Should.Throw<Exception>(() => pending.WaitAsync(Worker.Patience).GetAwaiter().GetResult())
            .ShouldBeOfType<ObjectDisposedException>();
    }

    /// <summary>Whatever was seen, at whatever moment the power fails, is at a position that the journal has.</summary>
    [Fact]
    public void What_was_seen_no_power_failure_takes_back()
    {
        for (int round = 0; round < 8; round++)
        {
            Action<long> send = OpenHastyProducer();
            ITaker taker = OpenConsumer(Visibility.Committed);
            while (taker.TryTakeMany(16).Count > 0)
            {
                // Subscribers begin with what was there before.
            }

            long before = Committed;
            int seen = 0;
            for (int i = 0; i < 10; i++)
            {
                send(i);
                if (i % 3 != round % 3) continue;
                taker.Take(default).ShouldBeInRange(0, i);
                seen++;
            }

            CutPower();
            OpenHastyProducer();
            Committed.ShouldBeGreaterThanOrEqualTo(before + seen);
            ITaker rest = OpenConsumer(Visibility.AtOnce);
            while (rest.TryTakeMany(16).Count > 0)
            {
            }

            rest.Flush();
            LosePower();
        }
    }

    /// <summary>Everybody who commits waits until it is let go of: a committer of another process, as far as this one sees.</summary>
    protected SafeFileHandle HoldCommits()
    {
        SafeFileHandle file = File.OpenHandle(Rings().ShouldHaveSingleItem(), FileMode.Open, FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete);
        RegionPort.Current.TryLock(file, Segment.CommitLock).ShouldBeTrue();
        return file;
    }

    /// <summary>Every way to take, whatever the delivery. A message is its number.</summary>
    protected interface ITaker : IDisposable
    {
        bool CanPeek();

        bool TryTake(out long number);

        bool TryTake(out long number, TimeSpan timeout);

        long Take(CancellationToken cancellationToken);

        ValueTask<long> TakeAsync(CancellationToken cancellationToken);

        Task<IReadOnlyList<long>> TakeAllAsync(int count);

        IReadOnlyList<long> TryTakeMany(int most);

        void Flush();
    }

    /// <summary>What takes messages one by one.</summary>
    protected sealed class Taker<T>(IShmConsumer<T> consumer, Action flush, IDisposable handle, Func<T, long> numberOf) : ITaker
    {
        public bool CanPeek() => consumer.TryPeek(out _);

        public bool TryTake(out long number) => Keep(consumer.TryDequeue(out T? message), message, out number);

        public bool TryTake(out long number, TimeSpan timeout) =>
            Keep(consumer.TryDequeue(out T? message, timeout), message, out number);

        public long Take(CancellationToken cancellationToken) => numberOf(consumer.Dequeue(cancellationToken));

        public async ValueTask<long> TakeAsync(CancellationToken cancellationToken) =>
            numberOf(await consumer.DequeueAsync(cancellationToken));

        public async Task<IReadOnlyList<long>> TakeAllAsync(int count)
        {
            List<long> all = [];
            await foreach (T message in consumer.ReadAllAsync())
            {
                all.Add(numberOf(message));
                if (all.Count == count) break;
            }

            return all;
        }

        public IReadOnlyList<long> TryTakeMany(int most)
        {
            T[] messages = new T[most];
            return [.. messages.Take(consumer.TryDequeue(messages)).Select(numberOf)];
        }

        public void Flush() => flush();

        public void Dispose() => handle.Dispose();

        private bool Keep(bool isTaken, T? message, out long number)
        {
            number = isTaken ? numberOf(message!) : -1;
            return isTaken;
        }
    }

    /// <summary>What takes under leases, and acknowledges.</summary>
    protected sealed class LeasingTaker(IShmTaker<TypedLease<Parcel>> taker, Action flush, IDisposable handle) : ITaker
    {
        public bool CanPeek()
        {
            if (!taker.TryTake(out TypedLease<Parcel> lease)) return false;
            lease.Abandon(); // so from here on it is one that was given back
            return true;
        }

        public bool TryTake(out long number) => Keep(taker.TryTake(out TypedLease<Parcel> lease), lease, out number);

        public bool TryTake(out long number, TimeSpan timeout) =>
            Keep(taker.TryTake(out TypedLease<Parcel> lease, timeout), lease, out number);

        public long Take(CancellationToken cancellationToken) => Finish(taker.Take(cancellationToken));

        public async ValueTask<long> TakeAsync(CancellationToken cancellationToken) => Finish(await taker.TakeAsync(cancellationToken));

        public async Task<IReadOnlyList<long>> TakeAllAsync(int count)
        {
            List<long> all = [];
            await foreach (TypedLease<Parcel> lease in taker.ReadAllLeasesAsync())
            {
                all.Add(Finish(lease));
                if (all.Count == count) break;
            }

            return all;
        }

        public IReadOnlyList<long> TryTakeMany(int most)
        {
            var leases = new TypedLease<Parcel>[most];
            return [.. leases.Take(taker.TryTake(leases)).Select(Finish)];
        }

        public void Flush() => flush();

        public void Dispose() => handle.Dispose();

        private static bool Keep(bool isTaken, TypedLease<Parcel> lease, out long number)
        {
            number = isTaken ? Finish(lease) : -1;
            return isTaken;
        }

        private static long Finish(TypedLease<Parcel> lease)
        {
            long number = lease.Value.Sequence;
            lease.Acknowledge().ShouldBeTrue();
            return number;
        }
    }
}

public sealed class VisibilityTests_Queue : VisibilityTests
{
    private static QueueContract Contract => Contracts.Parcel<ManyProducers, ManyConsumers>();

    [Fact]
    public void What_is_read_in_place_is_committed_too()
    {
        QueueContract contract = Contracts.Parcel<OneProducer, OneWaitingConsumer>();
        ShmQueueOptions options = Options with { Visibility = Visibility.Committed };
        var queue = Track(TypedReading<Parcel, OneProducer>.Create(contract, Name, options));
        queue.Enqueue([new Parcel(0, 0), new Parcel(0, 1)]);
        using (HoldCommits())
        {
            queue.TryEnqueue(new Parcel(0, 2)).ShouldBeTrue();
            queue.TryRead(out SlotReader<Parcel> reader).ShouldBeTrue();
            reader.Count.ShouldBe(2);
            reader.Release();
            queue.TryRead(out reader).ShouldBeFalse();
            queue.TryRead(out reader, TimeSpan.FromMilliseconds(20)).ShouldBeFalse();
        }

        queue.Read(out SlotReader<Parcel> last);
        last.Count.ShouldBe(1);
        last.Release();
    }

    /// <summary>Where nobody ever commits, those who poll would never find anything.</summary>
    [Fact]
    public void Who_polls_has_somebody_commit()
    {
        Action<long> send = OpenHastyProducer();
        ITaker taker = OpenConsumer(Visibility.Committed);
        for (int i = 0; i < 20; i++)
        {
            send(i);
            long number = -1;
            Worker.WaitUntil(() => taker.TryTake(out number), "a message that polling has had committed");
            number.ShouldBe(i);
        }
    }

    [Fact]
    public void A_queue_without_a_journal_is_refused_with_the_reason()
    {
        ShmQueueOptions plain = new() { Directory = Folder };
        Should.Throw<ShmQueueDurabilityException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name,
            plain with { Visibility = Visibility.Committed })).Message.ShouldContain("no journal");
        Directory.GetFiles(Folder).ShouldBeEmpty();
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name, plain));
        Should.Throw<ShmQueueDurabilityException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name,
            plain with { Visibility = Visibility.Committed })).Message.ShouldContain("Visibility.AtOnce");
        Should.Throw<ArgumentOutOfRangeException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name,
            plain with { Visibility = (Visibility)2 }));
    }

    [Fact]
    public void A_tombstone_that_is_not_committed_holds_nobody_up()
    {
        Action<long> send = OpenHastyProducer();
        var hasty = Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Hasty));
        ITaker taker = OpenConsumer(Visibility.Committed);
        hasty.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        send(7);
        taker.Take(default).ShouldBe(7);
    }

    protected override Action<long> OpenHastyProducer()
    {
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, Options with { Capacity = 64 }));
        var queue = Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Hasty));
        return number => queue.Enqueue(new Parcel(0, number));
    }

    protected override ITaker OpenConsumer(Visibility visibility)
    {
        var queue = Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(Contract, Name, Hasty with { Visibility = visibility }));
        return new Taker<Parcel>(queue, queue.Flush, queue, static parcel => parcel.Sequence);
    }
}

public sealed class VisibilityTests_Broadcast : VisibilityTests
{
    private static QueueContract Contract => Contracts.Parcel<ManyProducers, Subscribers>();

    [Fact]
    public void A_predicate_is_not_asked_about_what_is_not_committed()
    {
        Action<long> send = OpenHastyProducer();
        var queue = Track(TypedBroadcast<Parcel, ManyProducers>.Open(Contract, Name, Hasty with { Visibility = Visibility.Committed }));
        var subscription = queue.Subscribe(SubscribeFrom.Oldest, null);
        List<long> asked = [];
        using (HoldCommits())
        {
            for (int i = 0; i < 3; i++) send(i);
            subscription.TryDequeue((in Parcel parcel) => Ask(parcel), out _).ShouldBeFalse();
            asked.ShouldBeEmpty();
        }

        subscription.Dequeue((in Parcel parcel) => Ask(parcel)).Sequence.ShouldBe(2);
        asked.ShouldBe([0, 1, 2]);

        bool Ask(in Parcel parcel)
        {
            asked.Add(parcel.Sequence);
            return parcel.Sequence == 2;
        }
    }

    [Fact]
    public void A_subscription_begins_behind_what_is_not_committed()
    {
        Action<long> send = OpenHastyProducer();
        var queue = Track(TypedBroadcast<Parcel, ManyProducers>.Open(Contract, Name, Hasty with { Visibility = Visibility.Committed }));
        using (HoldCommits())
        {
            send(0);
            var latest = queue.Subscribe(SubscribeFrom.Latest, null);
            latest.Position.ShouldBe(1);
        }
    }

    protected override Action<long> OpenHastyProducer()
    {
        Track(TypedBroadcast<Parcel, ManyProducers>.OpenOrCreate(Contract, Name, Options with { Capacity = 64 }));
        var queue = Track(TypedBroadcast<Parcel, ManyProducers>.Open(Contract, Name, Hasty));
        return number => queue.Enqueue(new Parcel(0, number));
    }

    protected override ITaker OpenConsumer(Visibility visibility)
    {
        var queue = Track(TypedBroadcast<Parcel, ManyProducers>.Open(Contract, Name, Hasty with { Visibility = visibility }));
        return new Taker<Parcel>(queue.Subscribe(SubscribeFrom.Oldest, null), queue.Flush, queue, static parcel => parcel.Sequence);
    }
}

public sealed class VisibilityTests_Serialized : VisibilityTests
{
    protected override Action<long> OpenHastyProducer()
    {
        Track(NoteQueue<ManyProducers, ManyConsumers>.OpenOrCreate(Name, Options with { Capacity = 64 }));
        var queue = Track(NoteQueue<ManyProducers, ManyConsumers>.OpenOrCreate(Name, Hasty));
        return number => queue.Enqueue(new Note((int)number, $"note {number}"), default);
    }

    protected override ITaker OpenConsumer(Visibility visibility)
    {
        var queue = Track(NoteQueue<ManyProducers, ManyConsumers>.OpenOrCreate(Name, Hasty with { Visibility = visibility }));
        return new Taker<Note>(queue, queue.Flush, queue, static note => note.Id);
    }
}

public sealed class VisibilityTests_Acknowledged : VisibilityTests
{
    private static QueueContract Contract => Contracts.Parcel<ManyProducers, Workers>();

    protected override Action<long> OpenHastyProducer()
    {
        Track(TypedAcknowledged<Parcel, ManyProducers>.OpenOrCreate(Contract, Name, Options with { Capacity = 64 }));
        var queue = Track(TypedAcknowledged<Parcel, ManyProducers>.Open(Contract, Name, Hasty));
        return number => queue.Enqueue(new Parcel(0, number));
    }

    protected override ITaker OpenConsumer(Visibility visibility)
    {
        var queue = Track(TypedAcknowledged<Parcel, ManyProducers>.Open(Contract, Name, Hasty with { Visibility = visibility }));
        return new LeasingTaker(queue, queue.Flush, queue);
    }
}

public sealed class VisibilityTests_Group : VisibilityTests
{
    private static QueueContract Contract => Contracts.Parcel<ManyProducers, Subscribers>();

    protected override Action<long> OpenHastyProducer()
    {
        var first = Track(TypedBroadcast<Parcel, ManyProducers>.OpenOrCreate(Contract, Name, Options with { Capacity = 64 }));
        first.JoinGroup("workers");
        var queue = Track(TypedBroadcast<Parcel, ManyProducers>.Open(Contract, Name, Hasty));
        return number => queue.Enqueue(new Parcel(0, number));
    }

    protected override ITaker OpenConsumer(Visibility visibility)
    {
        var queue = Track(TypedBroadcast<Parcel, ManyProducers>.Open(Contract, Name, Hasty with { Visibility = visibility }));
        return new LeasingTaker(queue.JoinGroup("workers"), queue.Flush, queue);
    }
}
