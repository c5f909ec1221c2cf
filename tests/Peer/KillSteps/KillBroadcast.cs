using System.Globalization;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Queue.Broadcast;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// One operation of the real ring, gating or subscription on a real broadcast queue, by a process that dies at its k-th shared access. What
/// it says before it dies is what was acknowledged.
/// </summary>
internal sealed unsafe class KillBroadcast<TProducers>
    where TProducers : struct, IProducerRole
{
    /// <summary>Whose messages these are, in the test's ledger; and the subscription that outlives its holder.</summary>
    private const long Me = 100;

    private const string Named = "billing";
    private const int MostRounds = 10;

    private readonly Session _session;
    private readonly SubscriptionTable _table;
    private readonly MessageRing<Parcel, TProducers, Subscribers, KillingMemory> _ring;
    private readonly Gating<Parcel, KillingMemory> _gating;
    private readonly Orders _orders;

    public KillBroadcast(string folder, string name, Orders orders)
    {
        _orders = orders;
        QueuePlace place = QueuePlace.Of(name, new ShmQueueOptions { Directory = folder }, create: false);
        _session = Session.TryOpen(Contracts.Parcel<TProducers, Subscribers>(), place) ?? throw new InvalidOperationException("No queue.");
        _table = new(_session);
        _ring = new(_session.Ring, _session, _session.KeepMapped);
        _gating = new(_session.Ring, _session.Subscriptions, _session, TProducers.IsExclusive, _session.KeepMapped);
    }

    /// <param name="argument">"operation:access".</param>
    public void Play(string argument)
    {
        string[] parts = argument.Split(':');
        long access = long.Parse(parts[1], CultureInfo.InvariantCulture);
        Func<string> operation = Prepare(parts[0]);
        Orders.Say("ready");
        if (parts[0] is "catch-up" or "hold" or "hold-named") _orders.WaitFor("go");
        KillingMemory.Arm(access, SelfSignal.Kill);
        string came = operation();
        KillingMemory.Disarm();
        Orders.Say("done" + came);
        GC.KeepAlive(_session);
    }

    private Func<string> Prepare(string operation)
    {
        switch (operation)
        {
            case "subscribe":
                return () => Said(Subscribe(null, lossy: false));
            case "subscribe-named" or "resume":
                return () => Said(Subscribe(Named, lossy: false));
            case "subscribe-named-latest":
                return () => Said(Subscribe(Named, lossy: false, latest: true));
            case "take" or "hold":
                return Take(Subscribe(null, lossy: false), 1);
            case "take-named" or "hold-named":
                return Take(Subscribe(Named, lossy: false), 1);
            case "take-batch":
                return Take(Subscribe(null, lossy: false), 2);
            case "catch-up":
                return Take(Subscribe(null, lossy: true), 1);
            case "end" or "end-named":
                bool named = string.Equals(operation, "end-named", StringComparison.Ordinal);
                var ring = Subscribe(named ? Named : null, lossy: false);
                return () =>
                {
                    ring.End(named);
                    return "";
                };
            case "make-room" or "evict" or "displace":
                if (TProducers.IsExclusive) TakeProducerRole();
                Lane* lane = TProducers.IsExclusive ? null : _session.Lanes.OfThisThread().Lane;
                bool displaces = string.Equals(operation, "displace", StringComparison.Ordinal);
                return () => Send(lane, displaces);
            default:
                throw new NotSupportedException($"No such operation: {operation}.");
        }
    }

    private string Send(Lane* lane, bool displaces)
    {
        for (int i = 0; i < MostRounds; i++)
        {
            if (_ring.TryEnqueue(lane, new Parcel(Me, 0)) == RingStatus.Done) return "";
            long tail = _ring.ProducerPosition & ~Segment.CompletedBit;
            if (_gating.TryMakeRoom(tail, asks: true, waits: false) != RingStatus.Blocked || !displaces
                || !TryClaimDisplacing(lane, tail, out long position, out byte* message)) continue;
            KillingMemory.Write(message, new Parcel(Me, 0));
            _ring.Publish(lane, position);
            return "";
        }

        throw new InvalidOperationException("There is no end to making room.");
    }

    /// <summary>As the facade does it: the claim first.</summary>
    private bool TryClaimDisplacing(Lane* lane, long tail, out long position, out byte* message)
    {
        position = 0;
        message = null;
        NoReader nothing = default;
        _ = _gating.TryReadOldest(tail, ref nothing, out long head, out _);
        if (head != 0 && tail - head > _session.Geometry.Capacity) _ = _gating.TryPassForTheDead(head);
        if (head == 0 || tail - head > _session.Geometry.Capacity
            || _ring.TryClaimBeyond(lane, tail, out position, out message) != RingStatus.Done) return false;
        _ = _gating.TryPassOldest(head);
        return true;
    }

    /// <summary>As the facade does it: under the lock, which a death within drops.</summary>
    private SubscriberRing<Parcel, KillingMemory> Subscribe(string? name, bool lossy, bool latest = false)
    {
        _session.LockSubscribing();
        int index = _table.Take(name, out bool exists);
        SubscriberRing<Parcel, KillingMemory> ring =
            new(_session.Ring, _session.Subscriptions, index, _session, TProducers.IsExclusive, _session.KeepMapped);
        RingStatus status = exists ? ring.Resume(lossy) : ring.Begin(lossy);
        if (!exists && latest) _ = ring.SkipTo(_session.Ring.Tail, long.MaxValue);
        _table.SetHold(index, new SubscriptionOptions { Lossy = lossy });
        if (!exists && name != null) ring.Keep();
        _session.UnlockSubscribing();
        return status == RingStatus.Done ? ring : throw new InvalidOperationException($"It came to {status}.");
    }

    private static string Said(SubscriberRing<Parcel, KillingMemory> ring) =>
        string.Create(CultureInfo.InvariantCulture, $" {ring.Missed}");

    private static Func<string> Take(SubscriberRing<Parcel, KillingMemory> ring, int most) => () =>
    {
        Parcel[] batch = new Parcel[most];
        RingStatus status = ring.TryDequeue(batch.AsSpan(), out int taken);
        if (status != RingStatus.Done || !batch.Take(taken).All(p => p.IsWhole))
            throw new InvalidOperationException($"It came to {status}.");
        return string.Create(CultureInfo.InvariantCulture, $" {batch[0].Sequence} {ring.Missed}");
    };

    private void TakeProducerRole()
    {
        _session.Roles.Take(ref _session.Ring.ProducerRole, "producer");
        ref ProducerSide side = ref _ring.Producer;
        side.Next = Liveness.RoleHolder.NextOfOneProducer(_session.Ring, _session.Geometry.SlotStride);
        side.Limit = ProducerSide.NotLooked;
    }
}
