using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.WaitSets;

/// <summary>One consumer over many queues, of every kind: what is ready, and what ends a wait.</summary>
public sealed class WaitSetTests : IDisposable
{
    private readonly QueueFolder _folder = new();

    public static TheoryData<string> Kinds => [.. Waited.Kinds];

    public static TheoryData<string, bool, WaitPolicy> Waits
    {
        get
        {
            TheoryData<string, bool, WaitPolicy> all = [];
            foreach (string kind in Waited.Kinds)
            {
                all.Add(kind, true, default);
                all.Add(kind, false, WaitPolicy.Park);
                all.Add(kind, false, WaitPolicy.Adaptive);
            }

            return all;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_holds_a_message_is_ready_until_it_is_taken(string kind)
    {
        using ShmWaitSet set = new();
        Waited one = Waited.Of(kind, _folder), quiet = Waited.Of("many/many", _folder);
        set.Add(quiet.Waitable);
        set.Add(one.Waitable);
        set.Count.ShouldBe(2);
        set.TryWait(out ShmReady ready).ShouldBeFalse();
        ready.Count.ShouldBe(0);
        one.Send(7);
        for (int i = 0; i < 2; i++)
        {
            set.TryWait(out ready).ShouldBeTrue();
            ready.Count.ShouldBe(1);
            ready[0].ShouldBeSameAs(one.Waitable);
            ready.Contains(one.Waitable).ShouldBeTrue();
            ready.Contains(quiet.Waitable).ShouldBeFalse();
        }

        one.Take().ShouldBe(7);
        set.TryWait(out _).ShouldBeFalse();
        one.Send(8);
        quiet.Send(9);
        List<IShmWaitable> found = [];
        foreach (IShmWaitable waitable in set.Wait()) found.Add(waitable);
        found.ShouldBe([quiet.Waitable, one.Waitable]);
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void Each_message_ends_a_wait(string kind, bool isAsync, WaitPolicy policy)
    {
        using ShmWaitSet set = new(policy);
        Waited one = Waited.Of(kind, _folder);
        set.Add(Waited.Of("many/many", _folder).Waitable);
        set.Add(one.Waitable);
        set.Add(Waited.Of("subscription", _folder).Waitable);
        using SemaphoreSlim next = new(0);
        Worker sender = Worker.Start(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                next.Wait(Worker.Patience).ShouldBeTrue();
                // By turns while the other looks, and when it has parked.
                Thread.Sleep(i % 5);
                one.Send(i);
            }
        });
        Worker.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                next.Release();
                ShmReady ready = isAsync ? set.WaitAsync().Ended() : set.Wait();
                ready.Count.ShouldBe(1);
                ready[0].ShouldBeSameAs(one.Waitable);
                one.Take().ShouldBe(i);
            }
        });
        sender.Join();
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void Completed_one_is_ready_once_it_is_empty_and_stays_so(string kind, bool isAsync, WaitPolicy policy)
    {
        using ShmWaitSet set = new(policy);
        Waited one = Waited.Of(kind, _folder);
        set.Add(one.Waitable);
        Worker completer = Worker.Start(() =>
        {
            Thread.Sleep(20);
            one.Complete();
        });
        for (int i = 0; i < 2; i++) Worker.Run(() => (isAsync ? set.WaitAsync().Ended() : set.Wait()).Count.ShouldBe(1));
        completer.Join();
        one.Take().ShouldBeNull();
        set.Remove(one.Waitable).ShouldBeTrue();
        set.TryWait(out _, TimeSpan.FromMilliseconds(5)).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void Disposed_one_is_ready_and_the_next_take_says_so(string kind, bool isAsync, WaitPolicy policy)
    {
        using ShmWaitSet set = new(policy);
        Waited one = Waited.Of(kind, _folder);
        set.Add(one.Waitable);
        Worker disposer = Worker.Start(() =>
        {
            Thread.Sleep(20);
            one.Dispose();
        });
        Worker.Run(() => (isAsync ? set.WaitAsync().Ended() : set.Wait())[0].ShouldBeSameAs(one.Waitable));
        disposer.Join();
        Should.Throw<ObjectDisposedException>(() => one.Take());
        set.TryWait(out _).ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => set.Add(one.Waitable)).ObjectName.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wait_takes_notice_of_what_is_added_and_removed(bool isAsync)
    {
        using ShmWaitSet set = new();
        Waited first = Waited.Of("many/many", _folder), second = Waited.Of("one/one", _folder);
        set.Add(first.Waitable);
        Task<ShmReady> wait = Start(set, isAsync);
        Thread.Sleep(20);
        set.Remove(first.Waitable).ShouldBeTrue();
        set.Remove(first.Waitable).ShouldBeFalse();
        first.Send(1);
        Thread.Sleep(20);
        wait.IsCompleted.ShouldBeFalse();
        set.Add(second.Waitable);
        second.Send(2);
        wait.Ended()[0].ShouldBeSameAs(second.Waitable);
        second.Take().ShouldBe(2);
        set.Add(first.Waitable);
        Start(set, isAsync).Ended()[0].ShouldBeSameAs(first.Waitable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wait_ends_with_its_cancellation_its_set_and_its_time(bool isAsync)
    {
        using ShmWaitSet set = new();
        Waited one = Waited.Of("many/many", _folder);
        set.Add(one.Waitable);
        set.TryWait(out ShmReady none, TimeSpan.FromMilliseconds(1)).ShouldBeFalse();
        none.Count.ShouldBe(0);
        for (int i = 0; i < 20; i++)
        {
            using CancellationTokenSource source = new();
            Task<ShmReady> wait = Start(set, isAsync, source.Token);
            if (i % 2 == 0) Thread.Sleep(i);
            source.Cancel();
            Should.Throw<OperationCanceledException>(() => wait.Ended());
        }

        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => Start(set, isAsync, cancelled.Token).Ended());
        one.Send(1);
        Start(set, isAsync).Ended().Count.ShouldBe(1);
        one.Take().ShouldBe(1);
        Task<ShmReady> last = Start(set, isAsync);
        Thread.Sleep(20);
        set.Dispose();
        Should.Throw<ObjectDisposedException>(() => last.Ended());
        Should.Throw<ObjectDisposedException>(() => set.TryWait(out _));
        Should.Throw<ObjectDisposedException>(() => set.Add(one.Waitable));
        one.Send(2);
        one.Take().ShouldBe(2);
    }

    [Fact]
    public void Second_wait_at_a_time_is_refused()
    {
        using ShmWaitSet set = new();
        Waited one = Waited.Of("many/many", _folder);
        set.Add(one.Waitable);
        Task<ShmReady> wait = set.WaitAsync().AsTask();
        Should.Throw<InvalidOperationException>(() => set.Wait());
        Should.Throw<InvalidOperationException>(() => set.WaitAsync().Ended());
        one.Send(1);
        wait.Ended().Count.ShouldBe(1);
        set.Wait().Count.ShouldBe(1);
    }

    [Fact]
    public void What_cannot_be_waited_for_is_refused()
    {
        using ShmWaitSet set = new();
        Waited one = Waited.Of("many/many", _folder);
        set.Add(one.Waitable);
        Should.Throw<ArgumentException>(() => set.Add(one.Waitable)).Message.ShouldContain("already");
        Should.Throw<ArgumentException>(() => set.Add(new Stranger())).Message.ShouldContain(nameof(Stranger));
        Should.Throw<ArgumentNullException>(() => set.Add(null!));
        Should.Throw<ArgumentOutOfRangeException>(() => set.TryWait(out _, TimeSpan.FromSeconds(-2)));
        string name = ShmQueueName.NewUnique();
        QueueContract contract = Contracts.Parcel<OneProducer, OneWaitingConsumer>();
        var queue = _folder.Track(TypedQueue<Parcel, OneProducer, OneWaitingConsumer>.Create(contract, name, _folder.Options));
        var other = _folder.Track(TypedQueue<Parcel, OneProducer, OneWaitingConsumer>.Open(contract, name, _folder.Options));
        set.Add(queue);
        Should.Throw<ShmQueueRoleTakenException>(() => set.Add(other));
        set.Count.ShouldBe(2);
        set.TryWait(out ShmReady ready).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => ready[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void More_than_one_thread_can_park_at_are_waited_for_too(bool isAsync)
    {
        const int Many = 200;
        using ShmWaitSet set = new();
        Waited[] all = [.. Enumerable.Range(0, Many).Select(i => Waited.Of(i % 2 == 0 ? "many/many" : "one/one", _folder, capacity: 2))];
        foreach (Waited one in all) set.Add(one.Waitable);
        for (int i = 0; i < Many; i += 7)
        {
            Task<ShmReady> wait = Start(set, isAsync);
            if (i % 2 == 0) Thread.Sleep(10);
            all[i].Send(i);
            ShmReady ready = wait.Ended();
            ready.Count.ShouldBe(1);
            ready[0].ShouldBeSameAs(all[i].Waitable);
            all[i].Take().ShouldBe(i);
        }

        set.TryWait(out _, TimeSpan.FromMilliseconds(20)).ShouldBeFalse();
        using CancellationTokenSource source = new();
        Task<ShmReady> last = Start(set, isAsync, source.Token);
        Thread.Sleep(20);
        source.Cancel();
        Should.Throw<OperationCanceledException>(() => last.Ended());
    }

    [Fact]
    public void Message_that_a_dead_worker_held_ends_a_wait()
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, Workers>();
        string name = ShmQueueName.NewUnique();
        var queue = _folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Create(contract, name, _folder.Options));
        var other = _folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Open(contract, name, _folder.Options));
        queue.Enqueue(new Parcel(0, 1), default);
        TypedLease<Parcel> held = other.Take(default);
        using ShmWaitSet set = new();
        set.Add(queue);
        Task<ShmReady> wait = Start(set, isAsync: false);
        Thread.Sleep(20);
        held.Abandon();
        wait.Ended().Count.ShouldBe(1);
        queue.Take(default).Acknowledge().ShouldBeTrue();
    }

    [Fact]
    public void Set_that_leaves_passes_its_wake_on()
    {
        string name = ShmQueueName.NewUnique();
        QueueContract contract = Contracts.Parcel<ManyProducers, ManyConsumers>();
        var queue = _folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(contract, name, _folder.Options));
        Waiting.Gate gate = queue.Handle.Session.NotEmpty.Gate;
        using ShmWaitSet set = new(WaitPolicy.Park);
        set.Add(queue);
        // Another is announced, asleep for all that anybody can tell. Where the set has not parked yet, there is no wake to pass on.
        Worker.WaitUntil(() =>
        {
            uint epoch = gate.Announce();
            Task<ShmReady> wait = Start(set, isAsync: false);
            Thread.Sleep(10);
            queue.Enqueue(new Parcel(0, 1), default);
            wait.Ended();
            queue.TryDequeue(out _).ShouldBeTrue();
            return gate.Epoch - epoch >= 2;
        }, "a wake that is passed on");
    }

    private static Task<ShmReady> Start(ShmWaitSet set, bool isAsync, CancellationToken cancellationToken = default) => isAsync
        ? set.WaitAsync(cancellationToken).AsTask()
        : Task.Factory.StartNew(() => set.Wait(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <summary>A consumer that is somebody else's: it compiles, and cannot be waited for.</summary>
    private sealed class Stranger : IShmConsumer<Parcel>
    {
        public Parcel Dequeue(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public int Dequeue(Span<Parcel> destination, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public bool TryDequeue(out Parcel message) => throw new NotSupportedException();

        public bool TryDequeue(out Parcel message, TimeSpan timeout) => throw new NotSupportedException();

        public int TryDequeue(Span<Parcel> destination) => throw new NotSupportedException();

        public int TryDequeue(Span<Parcel> destination, TimeSpan timeout) => throw new NotSupportedException();

        public bool TryPeek([MaybeNullWhen(false)] out Parcel message) => throw new NotSupportedException();

        public ValueTask<Parcel> DequeueAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<Parcel> ReadAllAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ChannelReader<Parcel> AsChannelReader() => throw new NotSupportedException();
    }
}
