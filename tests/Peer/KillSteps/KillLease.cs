using System.Globalization;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// One operation of the real consumer group, or of the gating, on a real queue, by a process that dies at its k-th shared access. What it
/// says before it dies is what it has in hand, or has settled. It ends without giving anything back: as one that is dead.
/// </summary>
internal sealed unsafe class KillLease<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Whose messages these are, in the test's ledger.</summary>
    private const long Me = 100;

    private const int Batch = 3, MostRounds = 10;

    /// <summary>The second group of the queue; the first is there.</summary>
    private const int SecondGroup = 1;

    private readonly Session _session;
    private readonly GroupRing<KillingMemory> _group;
    private readonly LeaseEntries<KillingMemory> _entries;

    public KillLease(string folder, string name)
    {
        QueuePlace place = QueuePlace.Of(name, new ShmQueueOptions { Directory = folder }, create: false);
        _session = Session.TryOpen(Contracts.Parcel<TProducers, TConsumers>(), place) ?? throw new InvalidOperationException("No queue.");
        _group = NewGroup(0);
        _entries = new(_session.Groups, 0, _session, Self);
    }

    private long Self => _session.Participants.Self.Word;

    /// <param name="argument">"operation:access", or "operation:access:stop" to be stopped there instead of killed.</param>
    public void Play(string argument)
    {
        string[] parts = argument.Split(':');
        Func<string> operation = Prepare(parts[0]);
        Orders.Say("ready");
        KillingMemory.Arm(long.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length > 2 ? SelfSignal.Stop : SelfSignal.Kill);
        string came = operation();
        KillingMemory.Disarm();
        Orders.Say("done" + came);
        GC.KeepAlive(_session);
    }

    private Func<string> Prepare(string operation)
    {
        switch (operation)
        {
            case "take":
            case "take-batch":
                LeaseEntry own = Entry();
                // Nothing was returned, and the dead were looked for just now: the fast way.
                (_group.Side.ExaminedAt, _group.Side.SeenReturns) = (KillingMemory.Milliseconds, 0);
                return () => Taken(own, string.Equals(operation, "take", StringComparison.Ordinal) ? 1 : Batch);
            case "take-slowly" or "take-returned" or "take-dead":
                LeaseEntry entry = Entry();
                return () => Taken(entry, 1);
            case "take-first":
                return () => Taken(Entry(), 1);
            case "acknowledge" or "give-back":
                LeaseEntry held = Entry();
                Taken(held, Batch);
                return () => Settled(held, string.Equals(operation, "acknowledge", StringComparison.Ordinal));
            case "examine":
                _ = Entry();
                return () =>
                {
                    _ = _group.Examine(KillingMemory.Milliseconds);
                    return "";
                };
            case "make-room":
                MessageRing<Parcel, TProducers, TConsumers, KillingMemory> ring = new(_session.Ring, _session, _session.KeepMapped);
                if (TProducers.IsExclusive) TakeProducerRole(ring);
                Lane* lane = TProducers.IsExclusive ? null : _session.Lanes.OfThisThread().Lane;
                return () => Send(ring, lane);
            case "begin":
                return Begin;
            default:
                throw new NotSupportedException($"No such operation: {operation}.");
        }
    }

    private LeaseEntry Entry() => _entries.ForThisThread() ?? throw new InvalidOperationException("There is no free entry.");

    private string Taken(LeaseEntry entry, int most)
    {
        Expect(_group.TryTake(entry, most));
        string taken = "";
        for (int i = 0; i < entry.Count; i++)
        {
            KillingMemory.Read(_group.Message(entry.First + i), out Parcel parcel);
            if (!parcel.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
            taken += string.Create(CultureInfo.InvariantCulture, $" {parcel.Sequence}/{entry.Delivery}");
        }

        return taken;
    }

    private string Settled(LeaseEntry entry, bool done)
    {
        for (int i = 0; i < Batch; i++)
        {
            if (!entry.TryClose(entry.Serial, i)) throw new InvalidOperationException("It is not open.");
            Expect(_group.Settle(entry, i, done, out _));
        }

        return "";
    }

    private string Send(MessageRing<Parcel, TProducers, TConsumers, KillingMemory> ring, Lane* lane)
    {
        Gating<Parcel, KillingMemory> gating = new(
            _session.Ring, _session.Subscriptions, _session, TProducers.IsExclusive, _session.KeepMapped, _session.Groups);
        for (int i = 0; i < MostRounds; i++)
        {
            if (ring.TryEnqueue(lane, new Parcel(Me, 0)) == RingStatus.Done) return "";
            _ = gating.TryMakeRoom(ring.ProducerPosition & ~Segment.CompletedBit, asks: true, waits: false);
        }

        throw new InvalidOperationException("There is no end to making room.");
    }

    /// <summary>As the facade does it: under the lock, which a death within drops.</summary>
    private string Begin()
    {
        _session.LockSubscribing();
        GroupRing<KillingMemory> group = NewGroup(SecondGroup);
        LeaseEntries<KillingMemory> entries = new(_session.Groups, SecondGroup, _session, Self);
        _ = entries.ForThisThread() ?? throw new InvalidOperationException("There is no free entry.");
        Expect(group.Begin(Self, mayDisplace: !_session.Subscriptions.ProducersWait));
        _session.Groups.Records[SecondGroup].Name = new ShmText64("more");
        group.Keep();
        _session.UnlockSubscribing();
        return "";
    }

    private GroupRing<KillingMemory> NewGroup(int group) => new(_session.Ring, _session.Groups, group, _session.Geometry.SlotStride,
        _session, TProducers.IsExclusive, timeoutMilliseconds: 0, _session.KeepMapped);

    private void TakeProducerRole(MessageRing<Parcel, TProducers, TConsumers, KillingMemory> ring)
    {
        _session.Roles.Take(ref _session.Ring.ProducerRole, "producer");
        ref ProducerSide side = ref ring.Producer;
        side.Next = Liveness.RoleHolder.NextOfOneProducer(_session.Ring, _session.Geometry.SlotStride);
        side.Limit = ProducerSide.NotLooked;
    }

    private static void Expect(RingStatus status)
    {
        if (status != RingStatus.Done) throw new InvalidOperationException($"It came to {status}.");
    }
}
