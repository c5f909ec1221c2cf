using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using TypedShmQueue.Threads;

namespace TypedShmQueue.Stepper.Tests.Groups;

/// <summary>One process as a member of the group: the real ring, entries for leases, and what it has in hand.</summary>
internal sealed unsafe class Member<TMemory>
    where TMemory : struct, IMemory
{
    public const int Entries = 2;

    private readonly Board _board;
    private readonly IPeers _peers;
    private readonly GroupBook _book;
    private readonly long _owner;
    private readonly List<Lease> _hand = [];
    private readonly List<LeaseEntry> _entries = [];
    private LeaseEntries<TMemory>? _joined;

    public Member(Board board, int process, long owner, IPeers peers, bool oneProducer, long timeout, GroupBook book)
    {
        (_board, _peers, _book, _owner, Process) = (board, peers, book, owner, process);
        Ring = new(board.View, board.Groups, 0, board.Stride, peers, oneProducer, timeout, new object());
    }

    public int Process { get; }

    public GroupRing<TMemory> Ring { get; }

    /// <summary>A seeded fault: messages are looked at when they are settled already.</summary>
    public bool ReadsTooLate { get; init; }

    /// <summary>Nothing to look for: the next take is a fast one, unless time passes.</summary>
    public void LookedAt(long now) => (Ring.Side.ExaminedAt, Ring.Side.SeenReturns) = (now, 0);

    /// <summary>Gets entries before the program begins.</summary>
    public void Own(int first)
    {
        for (int i = first; i < first + Entries; i++)
        {
            LeaseRecord* record = _board.Groups.Leases + i;
            record->Owner = _owner;
            _entries.Add(new LeaseEntry(record, new TableKey(), thread: null));
        }

        _board.Groups.UsedLeases = Math.Max(_board.Groups.UsedLeases, first + Entries);
    }

    /// <summary>Takes its entries from those that are free, that of a dead process first.</summary>
    public void Join() => _joined = new(_board.Groups, 0, _peers, _owner);

    public RingStatus Take(int most)
    {
        LeaseEntry? entry = _joined == null ? _entries.Find(e => e.Busy == 0) : _joined.ForThisThread();
        if (entry == null) throw new InvalidOperationException("There is no free entry.");
        RingStatus status = Ring.TryTake(entry, most);
        Expect(status);
        if (status != RingStatus.Done) return status;
        for (int i = 0; i < entry.Count; i++)
        {
            // In the instant in which it was taken: this is no step.
            _book.Taken(Process, entry.First + i, entry.Delivery, ((Pair*)Ring.Message(entry.First + i))->Value);
            _hand.Add(new Lease(entry, i, entry.First + i, entry.Delivery));
        }

        if (!ReadsTooLate) foreach (Lease lease in _hand[^entry.Count..]) Read(lease);
        return status;
    }

    /// <summary>Settles a message in hand, if there is one.</summary>
    public void Settle(int which, bool done)
    {
        if (which > _hand.Count) return;
        Lease lease = _hand[which - 1];
        _hand.RemoveAt(which - 1);
        // Nobody has overwritten it while it was in hand.
        if (!ReadsTooLate) Read(lease);
        _book.Settling(Process, lease.Position, lease.Delivery, done);
        RingStatus status = Ring.Settle(lease.Entry, lease.Index, done, out _);
        Expect(status);
        _book.Settled(lease.Position, lease.Delivery, done, isOurs: status == RingStatus.Done);
        if (ReadsTooLate) Read(lease);
    }

    public void SettleAll()
    {
        while (_hand.Count > 0) Settle(1, done: true);
    }

    public RingStatus Investigate()
    {
        RingStatus status = Ring.Investigate();
        Expect(status);
        return status;
    }

    /// <summary>No call of it is in progress, so no mark may be there.</summary>
    public void CheckMarks()
    {
        if (_entries.Exists(e => e.Calling != 0) || _joined?.AnyCalling() == true)
            throw new InvalidOperationException("A call has ended, and its mark is still there.");
    }

    private void Read(in Lease lease)
    {
        // Whoever is too slow may find its message overwritten.
        if (_book.MayBeSlow) return;
        TMemory.Read(Ring.Message(lease.Position), out Pair pair);
        if (!pair.IsWhole) throw new InvalidOperationException($"A message in hand is torn: {pair.Value} and {~pair.Complement}.");
        _book.Read(lease.Position, pair.Value);
    }

    private static void Expect(RingStatus status)
    {
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed))
            throw new InvalidOperationException($"A group by itself came to {status}.");
    }

    private readonly record struct Lease(LeaseEntry Entry, int Index, long Position, int Delivery);
}
