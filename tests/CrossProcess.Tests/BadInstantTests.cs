using TypedShmQueue.CrossProcess.Tests.Support;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Somebody looks at the very instant at which another is between two steps.</summary>
public sealed unsafe class BadInstantTests : IDisposable
{
    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    /// <summary>Its lock is taken, and its generation is not raised yet: the dead one seems to live.</summary>
    [LabelTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Role_of_the_dead_whose_entry_somebody_is_joining_is_refused_only_while_that_lasts(bool joinerGoesOn)
    {
        var contract = Contracts.Parcel<OneProducer, ManyConsumers>();
        using var queue = TypedQueue<Parcel, OneProducer, ManyConsumers>.Create(contract, _name, _folder.Options with { Capacity = 8 });
        LeaveRoleToTheDead(queue, contract);
        using ManualResetEventSlim locked = new(), mayGoOn = new(), raised = new();
        Worker joiner = Worker.Start(() =>
        {
            Steps.Reached = label =>
            {
                if (string.Equals(label, "join: locked", StringComparison.Ordinal))
                {
                    locked.Set();
                    mayGoOn.Wait(Worker.Patience);
                }
                else if (string.Equals(label, "join: generation raised", StringComparison.Ordinal))
                {
                    raised.Set();
                }
            };
            TypedQueue<Parcel, OneProducer, ManyConsumers>.Open(contract, _name, _folder.Options).Dispose();
        });
        locked.Wait(Worker.Patience).ShouldBeTrue();
        Worker.Run(() =>
        {
            Steps.Reached = label =>
            {
                if (!joinerGoesOn || !string.Equals(label, "liveness: to be asked again", StringComparison.Ordinal)) return;
                mayGoOn.Set();
                raised.Wait(Worker.Patience).ShouldBeTrue();
            };
            if (joinerGoesOn) queue.TryEnqueue(new Parcel(1, 0)).ShouldBeTrue();
            else Should.Throw<ShmQueueRoleTakenException>(() => queue.TryEnqueue(new Parcel(1, 0)));
        });
        mayGoOn.Set();
        joiner.Join();
        queue.TryEnqueue(new Parcel(1, 1)).ShouldBeTrue();
    }

    /// <summary>
    /// All that are left are the dead one's, and somebody is joining in its entry: it seems to live, and nothing seems to be free.
    /// </summary>
    [LabelFact]
    public void Lane_of_the_dead_whose_entry_somebody_is_joining_is_taken()
    {
        var contract = Contracts.Parcel<ManyProducers, ManyConsumers>();
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(contract, _name, _folder.Options with { Capacity = 8, MaxParticipants = 2 });
        long dead;
        using (var holder = TypedQueue<Parcel, ManyProducers,
            ManyConsumers>.Open(contract, _name, _folder.Options)) dead = holder.Handle.Session.Participants.Self.Word;
        for (int i = 0; i < queue.Handle.Session.Ring.LaneCount; i++) queue.Handle.Session.Ring.Lanes[i].Owner = dead;
        WhileSomebodyJoins(
            () => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(contract, _name, _folder.Options).Dispose(),
            () => queue.TryEnqueue(new Parcel(1, 0)).ShouldBeTrue());
    }

    /// <inheritdoc cref="Lane_of_the_dead_whose_entry_somebody_is_joining_is_taken"/>
    [LabelFact]
    public void Subscription_of_the_dead_whose_entry_somebody_is_joining_is_taken()
    {
        var contract = Contracts.Parcel<ManyProducers, Subscribers>();
        using var queue = TypedBroadcast<Parcel, ManyProducers>.Create(contract, _name,
            _folder.Options with { Capacity = 8, MaxParticipants = 3, MaxSubscriptions = 1 });
        using var view = TypedQueue<Parcel, ManyProducers, Subscribers>.Open(contract, _name, _folder.Options);
        long dead;
        using (var holder = TypedQueue<Parcel, ManyProducers,
            Subscribers>.Open(contract, _name, _folder.Options)) dead = holder.Handle.Session.Participants.Self.Word;
        view.Handle.Session.Subscriptions.Records->Owner = dead;
        view.Handle.Session.Subscriptions.Used = 1;
        WhileSomebodyJoins(
            () => TypedQueue<Parcel, ManyProducers, Subscribers>.Open(contract, _name, _folder.Options).Dispose(),
            () => queue.Subscribe(SubscribeFrom.Oldest, null).Dispose());
    }

    /// <summary>The only free entry is a dead one's, and somebody holds its lock for an instant to clear it.</summary>
    [LabelFact]
    public void Entry_of_the_dead_that_is_being_cleared_is_joined_in()
    {
        var contract = Contracts.Parcel<ManyProducers, ManyConsumers>();
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(contract, _name, _folder.Options with { Capacity = 8, MaxParticipants = 2 });
        using (PeerProcess peer =
            PeerProcess.Start(["hold-producer", nameof(ManyProducers), nameof(ManyConsumers), _folder.Location, _name]))
        {
            peer.Hear("holding");
            peer.Kill();
        }

        Between("liveness: entry to be cleared", "liveness: entry cleared", () => queue.Handle.Session.Participants.Bury().ShouldBe(1),
            () => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(contract, _name, _folder.Options).Dispose());
    }

    /// <summary>The call begins between two steps of a joiner, which goes on once the call looks again.</summary>
    private static void WhileSomebodyJoins(Action join, Action call) => Between("join: locked", "join: generation raised", join, call);

    private static void Between(string from, string to, Action act, Action call)
    {
        using ManualResetEventSlim isThere = new(), mayGoOn = new(), hasGoneOn = new();
        Worker acting = Worker.Start(() =>
        {
            Steps.Reached = label =>
            {
                if (string.Equals(label, from, StringComparison.Ordinal))
                {
                    isThere.Set();
                    mayGoOn.Wait(Worker.Patience);
                }
                else if (string.Equals(label, to, StringComparison.Ordinal))
                {
                    hasGoneOn.Set();
                }
            };
            act();
        });
        isThere.Wait(Worker.Patience).ShouldBeTrue();
        try
        {
            Worker.Run(() =>
            {
                Steps.Reached = label =>
                {
                    if (!string.Equals(label, "liveness: to be asked again", StringComparison.Ordinal)) return;
                    mayGoOn.Set();
                    hasGoneOn.Wait(Worker.Patience).ShouldBeTrue();
                };
                call();
            });
            // Else it was not asked again, and this test shows nothing.
            mayGoOn.IsSet.ShouldBeTrue();
        }
        finally
        {
            mayGoOn.Set();
            acting.Join();
        }
    }

    /// <summary>A producer is ending what the dead one left: the state is gone, and the owner goes between the look and the swap.</summary>
    [LabelFact]
    public void Subscription_of_the_dead_that_is_being_evicted_is_taken()
    {
        var contract = Contracts.Parcel<ManyProducers, Subscribers>();
        using var queue = TypedBroadcast<Parcel, ManyProducers>.Create(contract, _name,
            _folder.Options with { Capacity = 8, MaxSubscriptions = 1 });
        using var view = TypedQueue<Parcel, ManyProducers, Subscribers>.Open(contract, _name, _folder.Options);
        const int NobodysEntry = 9;
        long dead = new OwnerWord(NobodysEntry, 1).Word;
        view.Handle.Session.Subscriptions.Records->Owner = dead;
        view.Handle.Session.Subscriptions.Used = 1;
        Worker.Run(() =>
        {
            Steps.Reached = label =>
            {
                if (string.Equals(label, "subscription: entry found free", StringComparison.Ordinal))
                    _ = Interlocked.CompareExchange(ref view.Handle.Session.Subscriptions.Records->Owner, 0, dead);
            };
            using var subscription = queue.Subscribe(SubscribeFrom.Oldest, null);
            Should.Throw<ShmQueueLimitException>(() => queue.Subscribe(SubscribeFrom.Oldest, null));
            queue.TryEnqueue(new Parcel(1, 0)).ShouldBeTrue();
            subscription.Dequeue(default).ShouldBe(new Parcel(1, 0));
        });
    }

    /// <summary>
    /// Two threads of a handle come to a role for one at once, which they must not: they may be told so, and no message is lost or doubled.
    /// </summary>
    [LabelFact]
    public void Producer_s_role_that_two_threads_take_at_once_is_not_set_back()
    {
        using var queue = TypedQueue<Parcel, OneProducer, ManyConsumers>
            .Create(Contracts.Parcel<OneProducer, ManyConsumers>(), _name, _folder.Options with { Capacity = 8 });
        AtOnce("role: walked to the next position", () => queue.TryEnqueue(new Parcel(1, 0)), () =>
        {
            for (int i = 1; i < 3; i++) UntilNotBusy(() => queue.TryEnqueue(new Parcel(1, i)));
        });
        Parcel[] all = new Parcel[8];
        all[..queue.TryDequeue(all)].Select(p => p.Sequence).Order().ShouldBe([0, 1, 2]);
    }

    /// <inheritdoc cref="Producer_s_role_that_two_threads_take_at_once_is_not_set_back"/>
    [LabelFact]
    public void Consumer_s_role_that_two_threads_take_at_once_is_not_set_back()
    {
        using var queue = TypedQueue<Parcel, ManyProducers, OneWaitingConsumer>
            .Create(Contracts.Parcel<ManyProducers, OneWaitingConsumer>(), _name, _folder.Options with { Capacity = 8 });
        for (int i = 0; i < 4; i++) queue.TryEnqueue(new Parcel(1, i)).ShouldBeTrue();
        List<long> taken = [];
        AtOnce("role: head read", Take, () =>
        {
            for (int i = 0; i < 2; i++) UntilNotBusy(Take);
        });
        taken.Order().ShouldBe([0, 1, 2]);
        queue.Dequeue(default).ShouldBe(new Parcel(1, 3));

        void Take()
        {
            Parcel parcel = queue.Dequeue(default);
            lock (taken) taken.Add(parcel.Sequence);
        }
    }

    /// <summary>
    /// Has the other thread begin when the first comes to the step, and lets the first go on when the other has ended or waits for it.
    /// </summary>
    private static void AtOnce(string step, Action first, Action second)
    {
        Exception? error = null;
        Thread other = new(() => error = Record.Exception(second)) { IsBackground = true };
        Worker.Run(() =>
        {
            Steps.Reached = label =>
            {
                if (!string.Equals(label, step, StringComparison.Ordinal)
                    || other.ThreadState != (ThreadState.Unstarted | ThreadState.Background)) return;
                other.Start();
                Worker.WaitUntil(() =>
                    !other.IsAlive || other.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "the other thread's end, or its wait");
            };
            UntilNotBusy(first);
        });
        other.Join(Worker.Patience).ShouldBeTrue();
        error.ShouldBeNull();
    }

    private static void UntilNotBusy(Action call)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                call();
                return;
            }
            catch (InvalidOperationException e) when (e.Message.Contains("one ", StringComparison.Ordinal) && i < 1000)
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>As a holder leaves it that dies: its word names an entry whose lock is free, and whose generation is its own.</summary>
    private void LeaveRoleToTheDead(TypedQueue<Parcel, OneProducer, ManyConsumers> queue, QueueContract contract)
    {
        long word;
        using (var holder = TypedQueue<Parcel, OneProducer, ManyConsumers>.Open(contract, _name, _folder.Options))
        {
            holder.TryEnqueue(new Parcel(2, 0)).ShouldBeTrue();
            word = queue.Handle.Session.Ring.ProducerRole;
        }

        queue.Handle.Session.Ring.ProducerRole = word;
    }
}
