using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.Limits;

/// <summary>
/// As <see cref="LargeMessages{TProducers, TConsumers}"/>, with leases: of a queue with acknowledged delivery, or of a group.
/// </summary>
internal static class LargeLeases
{
    private const int MaxDeliveries = 2;

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>Every worker is a producer of the dead-letter queue, so one with one producer has none.</summary>
    public static bool HasDeadLetters<TProducers>() => typeof(TProducers) != typeof(OneProducer);

    public static ShmQueueOptions Options(string folder, string? dead) => new()
    {
        Directory = folder,
        Capacity = 2,
        DeadLetter = dead,
        MaxDeliveries = dead == null ? 0 : MaxDeliveries,
    };

    /// <summary>A queue with acknowledged delivery, and its dead letters.</summary>
    public static void Play<TProducers>(string folder, string name) where TProducers : struct, IProducerRole
    {
        QueueContract contract = Contracts.Of<Frame, TProducers, Workers>(Frame.Fields);
        string dead = name + ".dead";
        using var queue = TypedAcknowledged<Frame, TProducers>.Create(contract, name,
            Options(folder, HasDeadLetters<TProducers>() ? dead : null));
        OnSmallStack(() => Pass(queue, queue));
        OnSmallStack(() => Claim(queue));
        if (HasDeadLetters<TProducers>())
        {
            using var deadQueue = TypedAcknowledged<Frame, TProducers>.Open(contract, dead, Options(folder, null));
            OnSmallStack(() => Reject(queue, queue, deadQueue));
        }

        Orders.Say("did all");
    }

    public static void Pass(IShmProducer<Frame> producer, IShmTaker<TypedLease<Frame>> taker)
    {
        FrameHolder sent = new();
        Orders.Say("Take");
        producer.Enqueue(in sent.Filled(1).Frame);
        Finish(taker.Take(), 1);
        Orders.Say("TryTake after Abandon");
        producer.Enqueue(in sent.Filled(2).Frame);
        taker.Take().Abandon();
        Expect(taker.TryTake(out TypedLease<Frame> lease));
        Finish(lease, 2, deliveries: 2);
        Orders.Say("TryTake with a timeout");
        Expect(!taker.TryTake(out lease));
        Expect(!taker.TryTake(out lease, s_moment));
        Expect(producer.TryEnqueue(in sent.Filled(3).Frame, s_second));
        Expect(taker.TryTake(out lease, s_second));
        lease.Abandon(s_moment);
        Expect(taker.TryTake(out lease, s_second));
        Finish(lease, 3, deliveries: 2);
        Orders.Say("a batch");
        TypedLease<Frame>[] leases = new TypedLease<Frame>[2];
        for (int i = 4; i <= 5; i++) producer.Enqueue(in sent.Filled(i).Frame);
        Expect(!producer.TryEnqueue(in sent.Frame));
        Expect(taker.Take(leases) == 2);
        Finish(leases[1], 5);
        Finish(leases[0], 4);
        Orders.Say("TakeAsync");
        Task<TypedLease<Frame>> later = taker.TakeAsync().AsTask();
        producer.Enqueue(in sent.Filled(6).Frame);
        Finish(later.Result, 6);
        Orders.Say("Dispose gives it back");
        producer.Enqueue(in sent.Filled(7).Frame);
        using (lease = taker.Take()) Expect(lease.Value.First == 7);
        lease = taker.Take();
        CopyOut(lease, 7);
        Finish(lease, 7, deliveries: 2);
    }

    public static void Reject(IShmProducer<Frame> producer, IShmTaker<TypedLease<Frame>> taker, IShmTaker<TypedLease<Frame>> dead)
    {
        FrameHolder sent = new();
        Orders.Say("Reject");
        producer.Enqueue(in sent.Filled(1).Frame);
        taker.Take().Reject();
        Finish(dead.Take(), 1);
        Orders.Say("a message that was delivered too often");
        producer.Enqueue(in sent.Filled(2).Frame);
        for (int i = 0; i < MaxDeliveries; i++) taker.Take().Abandon();
        Expect(!taker.TryTake(out _));
        Finish(dead.Take(), 2);
    }

    private static void Claim<TProducers>(TypedAcknowledged<Frame, TProducers> queue) where TProducers : struct, IProducerRole
    {
        Orders.Say("Claim");
        queue.Claim(out SlotWriter<Frame> slot);
        using (slot)
        {
            (slot.Value.First, slot.Value.Last) = (8, ~8);
            slot.Commit();
        }

        Finish(queue.Take(), 8);
    }

    /// <summary>The contract's Value returns the message itself, so its caller needs room for it.</summary>
    private static void CopyOut(TypedLease<Frame> lease, long number)
    {
        const int LargeStack = 64 << 20;
        FrameHolder got = new();
        Thread reader = new(() => got.Frame = ((IShmLease<Frame>)lease).Value, LargeStack);
        reader.Start();
        reader.Join();
        got.Expect(number);
    }

    private static void Finish(TypedLease<Frame> lease, long number, int deliveries = 1)
    {
        ref readonly Frame frame = ref lease.Value;
        Expect(frame.First == number && frame.Last == ~number && lease.Deliveries == deliveries);
        Expect(lease.Acknowledge());
    }

    private static void OnSmallStack(Action act) => LargeMessages<ManyProducers, ManyConsumers>.OnSmallStack(act);

    private static void Expect(bool expected) => LargeMessages<ManyProducers, ManyConsumers>.Expect(expected);
}
