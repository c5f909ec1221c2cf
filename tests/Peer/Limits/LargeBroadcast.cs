using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.Limits;

/// <summary>
/// As <see cref="LargeMessages{TProducers, TConsumers}"/>, with a broadcast queue: its stamps, its displacing and its subscriptions.
/// </summary>
internal sealed class LargeBroadcast<TProducers>(string folder, string name)
    where TProducers : struct, IProducerRole
{
    private readonly FrameHolder _sent = new();
    private readonly FrameHolder _got = new();

    public void Play()
    {
        Play(name, null);
        // Where messages age, they are sent another way.
        Play(name + ".aging", TimeSpan.FromHours(1));
        JoinGroup();
        Orders.Say("did all");
    }

    private void Play(string of, TimeSpan? retention)
    {
        using var queue = TypedBroadcast<Frame, TProducers>.OpenOrCreate(
            Contracts.Of<Frame, TProducers, Subscribers>(Frame.Fields), of, new ShmQueueOptions { Directory = folder, Capacity = 2,
                Retention = retention });
        using TypedSubscription<Frame> subscription = queue.Subscribe(SubscribeFrom.Oldest, null);
        LargeMessages<TProducers, Subscribers>.OnSmallStack(() => Pass(queue, subscription));
        LargeMessages<TProducers, Subscribers>.OnSmallStack(() => Displace(queue, subscription));
    }

    private void JoinGroup()
    {
        string dead = name + ".dead";
        using var queue = TypedBroadcast<Frame, TProducers>.OpenOrCreate(
            Contracts.Of<Frame, TProducers, Subscribers>(Frame.Fields), name + ".group",
            LargeLeases.Options(folder, LargeLeases.HasDeadLetters<TProducers>() ? dead : null));
        LargeMessages<TProducers, Subscribers>.OnSmallStack(() =>
        {
            Orders.Say("JoinGroup");
            using TypedGroup<Frame> group = queue.JoinGroup("work");
            LargeLeases.Pass(queue, group);
            if (!LargeLeases.HasDeadLetters<TProducers>()) return;
            using var deadQueue = TypedBroadcast<Frame, TProducers>.Open(
                Contracts.Of<Frame, TProducers, Subscribers>(Frame.Fields), dead + ".work", LargeLeases.Options(folder, null));
            using TypedGroup<Frame> ofDead = deadQueue.JoinGroup("work");
            LargeLeases.Reject(queue, group, ofDead);
        });
    }

    private void Pass(TypedBroadcast<Frame, TProducers> queue, TypedSubscription<Frame> subscription)
    {
        Orders.Say("Enqueue");
        queue.Enqueue(in _sent.Filled(1).Frame, default);
        Orders.Say("TryPeek");
        Expect(subscription.TryPeek(out _got.Frame));
        _got.Expect(1);
        Orders.Say("TryDequeue");
        Next(subscription, 1);
        Orders.Say("TryEnqueue and TryDequeue with a timeout");
        Expect(queue.TryEnqueue(in _sent.Filled(2).Frame, TimeSpan.FromSeconds(1)));
        Expect(subscription.TryDequeue(out _got.Frame, TimeSpan.FromSeconds(1)));
        _got.Expect(2);
        Orders.Say("TryDequeue of nothing");
        Expect(!subscription.TryDequeue(out _got.Frame));
        _got.ExpectNothing();
        Expect(!subscription.TryPeek(out _got.Filled(9).Frame));
        _got.ExpectNothing();
        Orders.Say("batches");
        Expect(queue.TryEnqueue(new ReadOnlySpan<Frame>(in _sent.Filled(3).Frame)) == 1);
        Expect(subscription.TryDequeue(new Span<Frame>(ref _got.Frame)) == 1);
        _got.Expect(3);
        Orders.Say("a predicate");
        queue.Enqueue(in _sent.Filled(4).Frame, default);
        Expect(subscription.TryDequeue((in Frame frame) => frame.First == 4, out _got.Frame));
        _got.Expect(4);
        LargeMessages<TProducers, Subscribers>.ReadInPlace(queue, subscription);
        Orders.Say("WaitToReadAsync");
        Task<bool> readable = subscription.WaitToReadAsync(default).AsTask();
        queue.Enqueue(in _sent.Filled(6).Frame, default);
        Expect(readable.Result);
        Next(subscription, 6);
        Orders.Say("without room");
        Expect(queue.TryEnqueue(in _sent.Filled(7).Frame));
        Expect(queue.TryEnqueue(in _sent.Filled(8).Frame));
        Expect(!queue.TryEnqueue(in _sent.Filled(9).Frame));
        Task<bool> room = queue.WaitToWriteAsync(default).AsTask();
        Next(subscription, 7);
        Expect(room.Result);
        Expect(queue.TryEnqueue(in _sent.Frame));
        Next(subscription, 8);
        Next(subscription, 9);
    }

    private void Displace(TypedBroadcast<Frame, TProducers> queue, TypedSubscription<Frame> subscription)
    {
        Orders.Say("EnqueueShift");
        for (int i = 1; i <= 2; i++) Expect(!queue.EnqueueShift(in _sent.Filled(i).Frame));
        Expect(queue.EnqueueShift(in _sent.Filled(3).Frame));
        Orders.Say("EnqueueShift, displaced message wanted");
        Expect(queue.EnqueueShift(in _sent.Filled(4).Frame, out _got.Frame));
        _got.Expect(2);
        Orders.Say("TryDequeue after being overtaken");
        Next(subscription, 3);
        Next(subscription, 4);
    }

    private void Next(TypedSubscription<Frame> subscription, long number)
    {
        Expect(subscription.TryDequeue(out _got.Frame));
        _got.Expect(number);
    }

    private static void Expect(bool expected) => LargeMessages<TProducers, Subscribers>.Expect(expected);
}
