using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Groups;

/// <summary>
/// One member's view of a consumer group: several take from one cursor under leases, and settle each message when it is done. Like
/// <see cref="MessageRing{T, TProducers, TConsumers, TMemory}"/> it knows no files, locks or waiting.
/// </summary>
/// <remarks>
/// <para>G1: what is about to be taken is announced in a lease entry before the swap that takes it: of the group's next position, or of the
/// ledger word of a message that was given back.</para>
/// <para>G2: a settled message's word is in the ledger before its entry goes. So a position that is handed out and not settled is always
/// covered by an entry, and whoever finds none whose owner lives may take the message back.</para>
/// <para>G4: a message is read before its word says that it is done; a producer overwrites a slot only after it saw that.</para>
/// <para>docs/protocol.md has the proof.</para>
/// </remarks>
/// <typeparam name="TMemory">How shared words are accessed.</typeparam>
internal sealed unsafe partial class GroupRing<TMemory>
    where TMemory : struct, IMemory
{
    /// <summary>How often a member that takes looks for the messages of the dead, milliseconds.</summary>
    private const long ExaminesEvery = 50;

    private readonly RingView _view;
    private readonly GroupsView _groups;
    private readonly GroupRecord* _record;
    private readonly int _group;
    private readonly int _stride;
    private readonly IPeers _peers;
    private readonly bool _oneProducer;
    private readonly object _keepMapped;
    private readonly long _timeoutMilliseconds;
    private GroupSide _side;

    /// <param name="view">Where the ring's words are.</param>
    /// <param name="groups">Where the groups are.</param>
    /// <param name="group">Which of them.</param>
    /// <param name="stride">Bytes from slot to slot.</param>
    /// <param name="peers">Who lives.</param>
    /// <param name="oneProducer">Whether positions are claimed by one handle only.</param>
    /// <param name="timeoutMilliseconds">When others may take a message back from this member while it lives; 0 is never.</param>
    /// <param name="keepMapped">As long as this object can be reached, the views' memory is mapped.</param>
    public GroupRing(RingView view, GroupsView groups, int group, int stride, IPeers peers, bool oneProducer, long timeoutMilliseconds,
        object keepMapped)
    {
        _view = view;
        _groups = groups;
        _record = groups.Records + group;
        _group = group;
        _stride = stride;
        _peers = peers;
        _oneProducer = oneProducer;
        _timeoutMilliseconds = timeoutMilliseconds;
        _keepMapped = keepMapped;
        _side.SeenReturns = -1;
    }

    public ref GroupSide Side => ref _side;

    private bool IsClosed => TMemory.LoadMark(ref _side.Closed) == ConsumerSide.Left;

    /// <summary>The next position to hand out; a hint.</summary>
    public long Position
    {
        get
        {
            long next = TMemory.LoadAcquire(ref _record->Next);
            GC.KeepAlive(this);
            return next;
        }
    }

    /// <summary>Whether more messages than one may be there to be taken; a hint.</summary>
    public bool MayHoldMore
    {
        get
        {
            bool more = TMemory.LoadAcquire(ref _record->Returns) != Volatile.Read(ref _side.SeenReturns) || IsPublished(Position);
            GC.KeepAlive(this);
            return more;
        }
    }

    /// <summary>Whether nothing more will be sent, and everything is settled.</summary>
    public bool IsCompleted()
    {
        long tail = TMemory.LoadAcquire(ref _view.Tail);
        bool isCompleted = tail < 0
            && GroupCursor.Advance<TMemory>(_view, _groups, _group, _stride) == (tail & ~Segment.CompletedBit);
        GC.KeepAlive(this);
        return isCompleted;
    }

    /// <summary>Whether this position's message is there to be taken.</summary>
    public bool IsPublished(long position)
    {
        bool published = TMemory.LoadAcquire(ref Word(position)) == SlotWord.Published(position); // E1
        GC.KeepAlive(this);
        return published;
    }

    /// <summary>
    /// Of a member that sees only what is committed: the end of the messages that it waits for and that are not; 0 if it waits for none.
    /// </summary>
    public long UncommittedEnd
    {
        get
        {
            long end = 0;
            if (_side.Visible.IsLimited)
            {
                long next = Position;
                if (IsPublished(next)) end = _side.Visible.Covers<TMemory>(next) ? 0 : next + 1;
                else if (AnyReturned(next, isVisible: false)) end = next;
            }

            GC.KeepAlive(this);
            return end;
        }
    }

    /// <summary>Where a message is. Precondition: the caller has taken it, and has not settled it.</summary>
    public byte* Message(long position) => Slot(position) + SlotLayout.WordSize;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Slot(long position) => _view.Slots + ((position & _view.Mask) * _stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Word(long position) => ref *(long*)Slot(position);

    /// <summary>G1: the entry says what is about to be taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Announce(LeaseEntry entry, long first, int count, int delivery, long now)
    {
        LeaseRecord* record = entry.Record;
        TMemory.StoreRelease(ref record->Count, count);
        TMemory.StoreRelease(ref record->Deliveries, delivery);
        TMemory.StoreRelease(ref record->TakenAt, now);
        if (_timeoutMilliseconds != 0) TMemory.StoreRelease(ref record->Deadline, now + _timeoutMilliseconds);
        TMemory.StoreRelease(ref record->First, first); // G1
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Withdraw(LeaseEntry entry) => TMemory.StoreRelease(ref entry.Record->First, 0);
}
