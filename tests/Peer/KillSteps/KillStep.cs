using System.Globalization;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// One operation of the real ring on a real queue, by a process that dies at its k-th shared access. What it says before it dies is
/// what was acknowledged: "done" and what came of it.
/// </summary>
internal sealed unsafe class KillStep<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Whose messages these are, in the test's ledger.</summary>
    private const long Me = 100;

    private const int SentAtOnce = 3, TakenAtOnce = 2, MostShifts = 10;

    private readonly Session _session;
    private readonly MessageRing<Parcel, TProducers, TConsumers, KillingMemory> _ring;

    public KillStep(QueueContract contract, string name, ShmQueueOptions options)
    {
        _session = Session.TryOpen(contract, QueuePlace.Of(name, options, create: false))
            ?? throw new InvalidOperationException("No queue.");
        _ring = new(_session.Ring, _session, _session.KeepMapped);
    }

    /// <param name="argument">"operation:access", or "operation:access:stop" to be stopped there instead of killed.</param>
    public void Play(string argument)
    {
        string[] parts = argument.Split(':');
        bool consumes = parts[0] is "dequeue" or "dequeue-batch" or "peek" or "recover";
        if (consumes) TakeConsumerRole();
        else TakeProducerRole();
        Lane* lane = consumes || TProducers.IsExclusive ? null : _session.Lanes.OfThisThread().Lane;
        Orders.Say("ready");
        KillingMemory.Arm(long.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length > 2 ? SelfSignal.Stop : SelfSignal.Kill);
        string came = Do(parts[0], lane);
        KillingMemory.Disarm();
        Orders.Say("done" + came);
        GC.KeepAlive(_session);
    }

    private string Do(string operation, Lane* lane)
    {
        switch (operation)
        {
            case "enqueue":
                return Expect(_ring.TryEnqueue(lane, new Parcel(Me, 0)));
            case "enqueue-batch":
                string sent = Expect(_ring.TryEnqueue(lane, [.. Enumerable.Range(0, SentAtOnce).Select(i => new Parcel(Me, i))],
                    out int count));
                return count == SentAtOnce ? sent : throw new InvalidOperationException($"{count} were sent.");
            case "commit" or "abandon":
                Expect(_ring.TryClaim(lane, out long position, out byte* message));
                KillingMemory.Write(message, new Parcel(Me, 0));
                if (string.Equals(operation, "commit", StringComparison.Ordinal)) _ring.Publish(lane, position);
                else _ring.Abandon(lane, position);
                return "";
            case "publish-span" or "abandon-span":
                Expect(_ring.TryClaim(lane, SentAtOnce, out long first, out int claimed));
                for (int i = 0; i < claimed; i++) KillingMemory.Write(MessageAt(first + i), new Parcel(Me, i));
                if (string.Equals(operation, "publish-span", StringComparison.Ordinal)) _ring.Publish(lane, first, claimed);
                else _ring.Abandon(lane, first, claimed);
                return "";
            case "shift":
                return Shift(lane);
            case "dequeue":
                Expect(_ring.TryDequeue(out Parcel one));
                return Taken(one);
            case "dequeue-batch":
                Parcel[] batch = new Parcel[TakenAtOnce];
                Expect(_ring.TryDequeue(batch.AsSpan(), out int taken));
                return string.Concat(batch.Take(taken).Select(p => Taken(p)));
            case "peek":
                return Expect(_ring.TryPeek(out _));
            case "recover":
                while (_ring.Investigate() == RingStatus.Blocked)
                {
                }

                Expect(_ring.TryDequeue(out Parcel behind));
                return Taken(behind);
            case "complete":
                Complete();
                return "";
            default:
                throw new NotSupportedException($"No such operation: {operation}.");
        }
    }

    private byte* MessageAt(long position) =>
        _session.Ring.Slots + ((position & _session.Ring.Mask) * SlotLayout.Stride(sizeof(Parcel))) + SlotLayout.WordSize;

    private string Shift(Lane* lane)
    {
        string displaced = "";
        for (int i = 0; i < MostShifts; i++)
        {
            RingStatus status = _ring.TryEnqueue(lane, new Parcel(Me, 0));
            if (status == RingStatus.Done) return displaced;
            Parcel dropped = default;
            ValueReader<Parcel> reader = new(ref dropped);
            Expect(_ring.TryClaimDisplacing(lane, ref reader, out long position, out byte* message, out bool any));
            if (any) displaced += Taken(dropped);
            if (position == 0) continue;
            KillingMemory.Write(message, new Parcel(Me, 0));
            _ring.Publish(lane, position);
            return displaced;
        }

        throw new InvalidOperationException("There is no end to displacing.");
    }

    /// <summary>As the facade does it.</summary>
    private void Complete()
    {
        ref long tail = ref _session.Ring.Tail;
        if (TProducers.IsExclusive)
        {
            KillingMemory.StoreRelease(ref tail, _ring.Producer.Next | Segment.CompletedBit);
            return;
        }

        long seen;
        do seen = KillingMemory.LoadAcquire(ref tail);
        while (!KillingMemory.CompareAndSwap(ref tail, seen, seen | Segment.CompletedBit));
    }

    /// <inheritdoc cref="Complete"/>
    private void TakeProducerRole()
    {
        if (!TProducers.IsExclusive) return;
        _session.Roles.Take(ref _session.Ring.ProducerRole, "producer");
        long tail = Volatile.Read(ref _session.Ring.Tail);
        ref ProducerSide side = ref _ring.Producer;
        side.Next = RoleHolder.NextOfOneProducer(_session.Ring, _session.Geometry.SlotStride);
        if (tail >= 0 && tail < side.Next) _ = Interlocked.CompareExchange(ref _session.Ring.Tail, side.Next, tail);
        side.Limit = ProducerSide.NotLooked;
    }

    /// <inheritdoc cref="Complete"/>
    private void TakeConsumerRole()
    {
        if (!TConsumers.IsExclusive) return;
        _session.Roles.Take(ref _session.Ring.ConsumerRole, "consumer");
        _ring.Consumer.Next = Volatile.Read(ref _session.Ring.Head);
        _ring.Consumer.HasRole = 1;
    }

    private static string Taken(in Parcel parcel) => parcel.IsWhole
        ? string.Create(CultureInfo.InvariantCulture, $" {parcel.Producer}/{parcel.Sequence}")
        : throw new InvalidDataException("A message is not as it was sent.");

    private static string Expect(RingStatus status) =>
        status == RingStatus.Done ? "" : throw new InvalidOperationException($"It came to {status}.");
}
