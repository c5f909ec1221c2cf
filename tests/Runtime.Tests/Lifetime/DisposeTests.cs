using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

public abstract class DisposeTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Every_member_says_that_the_handle_was_disposed()
    {
        var queue = Create();
        queue.Enqueue(P(0), default);
        queue.Dispose();
        queue.Dispose();
        foreach (Action use in (Action[])[
            () => queue.Enqueue(P(1), default), () => queue.TryEnqueue(P(1)), () => queue.TryEnqueue(P(1), TimeSpan.FromSeconds(1)),
            () =>
                queue.TryEnqueue(Parcels(1, 2)), () =>
                    queue.TryEnqueue(ReadOnlySpan<Parcel>.Empty), () => queue.Enqueue(Parcels(1, 2), default),
            () => queue.Enqueue(ReadOnlySpan<Parcel>.Empty, default), () => queue.EnqueueShift(P(1)), () => queue.EnqueueShift(P(1), out _),
            () => queue.TryClaim(out _),
            () => queue.Dequeue(default), () => queue.TryDequeue(out _), () => queue.TryDequeue(out _, TimeSpan.FromSeconds(1)),
            () =>
                queue.Dequeue(new Parcel[1], default), () =>
                    queue.TryDequeue(new Parcel[1]), () => queue.TryDequeue([]), () => queue.TryPeek(out _),
            () => queue.Complete(), () => queue.Delete(), () => _ = queue.Count, () => _ = queue.IsEmpty, () => _ = queue.IsCompleted,
            () => _ = queue.IsDeleted, () => queue.GetStatistics()])
        {
            Should.Throw<ObjectDisposedException>(use).SaysOf(Name);
        }

        queue.Name.ShouldBe(Name);
        queue.Capacity.ShouldBe(8);
        Drain(Open()).ShouldBe([0]);
    }

    [Fact]
    public void Blocked_consumers_get_told_when_their_handle_goes()
    {
        var queue = Create();
        var other = Open();
        Worker[] consumers = Worker.StartMany(OneConsumer ? 1 : 3, i =>
        {
            if (i == 1) queue.TryDequeue(out _, Timeout.InfiniteTimeSpan);
            else queue.Dequeue(default);
        });
        Worker.WaitUntil(() => queue.GetStatistics().Parked >= consumers.Length, "parked consumers");
        Worker.Run(queue.Dispose);
        foreach (Worker consumer in consumers) consumer.JoinForError().ShouldBeOfType<ObjectDisposedException>().SaysOf(Name);
        other.Enqueue(P(1), default);
        Drain(other).ShouldBe([1]);
    }

    [Fact]
    public void Blocked_producers_get_told_when_their_handle_goes()
    {
        var queue = Create(capacity: 2);
        var other = Open();
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Worker[] producers = Worker.StartMany(OneProducer ? 1 : 3, i =>
        {
            if (i == 1) queue.Enqueue(Parcels(2, 5), default);
            else queue.Enqueue(P(2), default);
        });
        Worker.WaitUntil(() => queue.GetStatistics().Parked >= producers.Length, "parked producers");
        Worker.Run(queue.Dispose);
        foreach (Worker producer in producers) producer.JoinForError().ShouldBeOfType<ObjectDisposedException>();
        Drain(other).ShouldBe([0, 1]);
        other.GetStatistics().Abandoned.ShouldBe(0);
    }

    /// <summary>What a call acknowledged before Dispose is there; nothing of the handle writes afterwards; nobody faults.</summary>
    [Fact]
    public void Dispose_under_fire_loses_nothing_and_faults_nobody()
    {
        for (int round = 0; round < 15; round++)
        {
            var watcher = round == 0 ? Create(capacity: 4) : Open();
            var queue = Open();
            long sent = 0, taken = 0;
            Worker[] users = Worker.StartMany((OneProducer ? 1 : 2) + (OneConsumer ? 1 : 2), i =>
            {
                bool sends = i < (OneProducer ? 1 : 2);
                Parcel[] room = new Parcel[3];
                for (int n = 0; ; n++)
                {
                    if (sends)
                    {
                        if (n % 3 == 0) Interlocked.Add(ref sent, queue.TryEnqueue(Parcels(n, 3)));
                        else if (queue.TryEnqueue(P(n))) Interlocked.Increment(ref sent);
                    }
                    else if (n % 3 == 0)
                    {
                        Interlocked.Add(ref taken, queue.TryDequeue(room));
                    }
                    else if (queue.TryDequeue(out Parcel parcel))
                    {
                        Interlocked.Increment(ref taken);
                        parcel.IsWhole.ShouldBeTrue();
                    }
                }
            });
            Thread.Sleep(round % 3);
            Worker.Run(queue.Dispose);
            foreach (Worker user in users) user.JoinForError().ShouldBeOfType<ObjectDisposedException>();

            var left = Drain(watcher).Count;
            sent.ShouldBe(taken + left);
            watcher.GetStatistics().Recovered.ShouldBe(0);
            watcher.Dispose();
        }
    }

    [Fact]
    public void Everything_may_race_with_Dispose()
    {
        for (int round = 0; round < 12; round++)
        {
            var watcher = round == 0 ? Create(capacity: 4) : Open();
            var queue = Open();
            Worker reader = Worker.Start(() =>
            {
                while (true) _ = (queue.Count, queue.IsEmpty, queue.IsCompleted, queue.IsDeleted, queue.GetStatistics());
            });
            Worker claimer = Worker.Start(() =>
            {
                while (true)
                {
                    using SlotWriter<Parcel> writer = queue.TryClaim(out SlotWriter<Parcel> claimed) ? claimed : default;
                }
            });
            Worker peeker = Worker.Start(() =>
            {
                while (true) queue.TryPeek(out _);
            });
            Thread.Sleep(round % 3);
            Worker.Run(queue.Dispose);
            foreach (Worker user in (Worker[])[reader, claimer, peeker]) user.JoinForError().ShouldBeOfType<ObjectDisposedException>();
            Drain(watcher).ShouldBeEmpty();
            watcher.Enqueue(P(1), default);
            watcher.Dequeue(default).ShouldBe(P(1));
            watcher.Dispose();
        }
    }

    [Fact]
    public void Handle_nobody_disposed_is_let_go_by_the_collector()
    {
        var watcher = Create();
        OpenAndForget();
        Worker.WaitUntil(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return watcher.GetStatistics().Participants.Count(p => p.IsAlive) == 1;
        }, "the forgotten handle's lock dropped");
        watcher.Enqueue(P(1), default);
        watcher.Dequeue(default).ShouldBe(P(1));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private void OpenAndForget()
    {
        var queue = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, Name, Folder.Options);
        queue.Enqueue(P(0), default);
        queue.Dequeue(default).ShouldBe(P(0));
    }
}
