using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Broadcast;

/// <summary>
/// One subscription's view of a broadcast ring: it reads at its own cursor, and takes by storing that cursor. It belongs to one thread at
/// a time. Like <see cref="MessageRing{T, TProducers, TConsumers, TMemory}"/> it knows no files, locks or waiting.
/// </summary>
/// <remarks>
/// <para>Head is the oldest position that is kept: a slot is overwritten only after head has moved past its position. So a copy is whole
/// if head is not past the cursor after it was made (B1). Head moves by many positions at a time, so this look costs next to
/// nothing.</para>
/// <para>B2: the message is copied out before the cursor is stored beyond it, and producers move head past a position only after they saw
/// every cursor beyond it that they wait for.</para>
/// <para>B4: a producer that displaces overwrites what they have still to take, and says so before it claims the slot. As long as nobody
/// has, a subscription that producers wait for does not look at head: they move it often, and each look after that would wait for its
/// line.</para>
/// <para>Whoever is overtaken goes on at the floor. What it missed is the positions in between, less the tombstones among them: the floor's
/// word says how many there are below it, and the subscription knows how many there are below its cursor.</para>
/// </remarks>
internal sealed unsafe partial class SubscriberRing<T, TMemory>
    where T : unmanaged
    where TMemory : struct, IMemory
{
    private readonly RingView _view;
    private readonly SubscriptionsView _subscriptions;
    private SubscriptionRecord* _record;
    private readonly IPeers _peers;
    private readonly bool _oneProducer;
    private readonly object _keepMapped;

    /// <summary>From here on nobody overtakes this subscription but who displaces.</summary>
    private long _waitedForFrom = long.MaxValue;
    private SubscriberSide _side;

    /// <param name="view">Where the ring's words are.</param>
    /// <param name="subscriptions">Where the subscriptions are.</param>
    /// <param name="index">
    /// The subscription's entry, unless <see cref="Place"/> sets it later. Precondition: the caller owns it.
    /// </param>
    /// <param name="peers">Who lives.</param>
    /// <param name="oneProducer">Whether positions are claimed by one handle only.</param>
    /// <param name="keepMapped">As long as this object can be reached, the views' memory is mapped.</param>
    public SubscriberRing(RingView view, SubscriptionsView subscriptions, int index, IPeers peers, bool oneProducer, object keepMapped)
    {
        _view = view;
        _subscriptions = subscriptions;
        _record = subscriptions.Records + index;
        _peers = peers;
        _oneProducer = oneProducer;
        _keepMapped = keepMapped;
    }

    public ref SubscriberSide Side => ref _side;

    /// <summary>Tells the subscription's entry, before anything else is called. Precondition: the caller owns it.</summary>
    public void Place(int index) => _record = _subscriptions.Records + index;

    /// <summary>The next position to take.</summary>
    public long Position => Volatile.Read(ref _side.Next);

    /// <summary>Messages that were overwritten before they were taken.</summary>
    public long Missed => Volatile.Read(ref _side.Missed);

    /// <summary>Whether this position's message is there to be taken; a hint, as it may be overwritten meanwhile.</summary>
    public bool IsPublished(long position)
    {
        bool published = TMemory.LoadAcquire(ref Word(Slot(position))) == SlotWord.Published(position);
        GC.KeepAlive(this);
        return published;
    }

    private int Stride => SlotLayout.Stride<T>(_view);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Slot(long position) => _view.Slots + ((position & _view.Mask) * Stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref long Word(byte* slot) => ref *(long*)slot;

    /// <summary>B1: what was read of this and the positions after it was not overwritten meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWhole(long position)
    {
        TMemory.LoadFence();
        if (position >= _waitedForFrom && TMemory.LoadAcquire(ref _view.Displaces) == 0) return true; // B2, B4
        return TMemory.LoadAcquire(ref _view.Head) <= position;
    }

    /// <summary>B2: everything below is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MoveTo(long next)
    {
        Volatile.Write(ref _side.Next, next);
        TMemory.StoreRelease(ref _record->Cursor, next);
    }

    /// <summary>
    /// D1: the mark is stored before the look at Closed. Limited: entered, and <see cref="SubscriberSide.Visible"/> says what may be taken.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RingStatus Enter()
    {
        if (_side.InFlight != 0) return RingStatus.Busy;
        Volatile.Write(ref _side.InFlight, 1); // D1
        return Volatile.Read(ref _side.Closed) == 0 ? RingStatus.Done : EnterOtherwise();
    }

    /// <summary>As <see cref="Enter"/>, for calls that look at what is visible in any case.</summary>
    private RingStatus EnterEither()
    {
        RingStatus status = Enter();
        return status == RingStatus.Limited ? RingStatus.Done : status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus EnterOtherwise()
    {
        if (Volatile.Read(ref _side.Closed) == ConsumerSide.Limited) return RingStatus.Limited;
        Leave();
        return RingStatus.Closed;
    }

    private bool IsVisible(long position) => _side.Visible.Covers<TMemory>(position);

    /// <summary>There is a message, which a power failure could take back until it is committed. Done: it is by now.</summary>
    private RingStatus LookIntoCommit(long cursor, bool mayAsk)
    {
        // Passing over messages shows none of them.
        if (_side.Skips || IsVisible(cursor)) return RingStatus.Done;
        // Who waits sees to it by itself. Who polls does when nobody else did for long.
        if (mayAsk && _side.HeldUp.IsLong<TMemory>(cursor)) _peers.OnUncommitted(cursor + 1);
        return RingStatus.Blocked;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave()
    {
        Volatile.Write(ref _side.InFlight, 0); // D1
        GC.KeepAlive(this);
    }

    /// <summary>
    /// For a finally: a reader or a predicate can throw, and the system can fail to say who lives, and the mark must not outlive the call.
    /// Where a call only loads, stores and copies plain bytes nothing can throw, and the mark needs no finally.
    /// </summary>
    private void LeaveInAnyCase()
    {
        Steps.Repairs("subscription's mark");
        Leave();
    }

    /// <summary>
    /// There is no whole message at the cursor. Done: it was passed, or there is one now; look again. Tail is left alone until this has
    /// lasted (<see cref="HeldUp"/>): reading it takes its line from the producers.
    /// </summary>
    /// <param name="cursor">The position.</param>
    /// <param name="mayAsk">Whether to look into an abandoned claim when it is time. Asking the system who lives can fail, so a batch that
    /// has something does not.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus LookInto(long cursor, bool mayAsk = true)
    {
        long word = TMemory.LoadAcquire(ref Word(Slot(cursor)));
        // Of an earlier lap: the position was not finished when this was read, so head was not past it.
        bool isEarlier = SlotWord.Position(word) < cursor;
        // After the word: if it is of a later lap, head has moved, and is seen to have.
        if (!isEarlier && TMemory.LoadAcquire(ref _view.Head) > cursor) return CatchUp(cursor);
        if (word == SlotWord.Published(cursor)) return LookIntoCommit(cursor, mayAsk);
        if (word == SlotWord.Tombstone(cursor))
        {
            Count(cursor + 1, _side.Tombstones + 1, _side.Missed);
            MoveTo(cursor + 1);
            _peers.OnTombstone();
            return RingStatus.Done;
        }

        if (Volatile.Read(ref _side.Closed) == ConsumerSide.Left) return RingStatus.Closed;
        if (SlotWord.Position(word) > cursor) return InvestigateCursor(cursor, asks: false);
        if (!mayAsk) return RingStatus.Blocked;
        _side.EmptyLooks++;
        return _side.HeldUp.IsLong<TMemory>(cursor) ? InvestigateCursor(cursor, asks: true) : RingStatus.Blocked;
    }

    private RingStatus InvestigateCursor(long cursor, bool asks) =>
        Recovery.Investigate<TMemory>(_view, _peers, Slot(cursor), cursor, isHead: false, _oneProducer, asks, ref _side.HeldUp);

    /// <summary>Producers have overtaken this subscription: goes on at the oldest position that is not about to be overwritten.</summary>
    private RingStatus CatchUp(long cursor)
    {
        Steps.At("subscription: lapped");
        FloorWord floor = Floor.Read<TMemory>(_view, out long head);
        long next = floor.PositionFrom(head);
        if (!IsPossible(head, next) || next <= cursor || !TryJump(next, floor.TombstonesBelow(next), _side.Skips))
            return RingStatus.Corrupt;
        Steps.At("subscription: goes on at the floor");
        return RingStatus.Done;
    }

    /// <summary>Whether a run of the protocol can have come to this floor: it is never beyond tail, which is read after it.</summary>
    private bool IsPossible(long head, long floor)
    {
        long tail = TMemory.LoadAcquire(ref _view.Tail) & ~Segment.CompletedBit;
        // One producer's tail is stored after the words (T1), by a batch at most.
        return Floor.IsPossible(_view, head, floor) && floor <= tail + (_oneProducer ? _view.Capacity : 0);
    }

    /// <summary>Goes on at a later position, of which it is known how many tombstones there are below. False: there are too many.</summary>
    private bool TryJump(long next, uint tombstones, bool skips)
    {
        long passed = next - _side.Next;
        uint among = tombstones - _side.Tombstones;
        if (!skips && among > passed) return false;
        Count(next, tombstones, skips ? _side.Missed : _side.Missed + passed - among);
        MoveTo(next);
        return true;
    }

    /// <summary>What holds from this position on. The cursor is stored next: it makes this tally the one that counts.</summary>
    private void Count(long at, uint tombstones, long missed)
    {
        ref SubscriptionTally tally = ref _side.SecondTallyHolds ? ref _record->FirstTally : ref _record->SecondTally;
        TMemory.StoreRelease(ref tally.At, long.MaxValue);
        TMemory.StoreRelease(ref tally.Tombstones, tombstones);
        TMemory.StoreRelease(ref tally.Missed, missed);
        TMemory.StoreRelease(ref tally.At, at);
        _side.SecondTallyHolds = !_side.SecondTallyHolds;
        _side.Tombstones = tombstones;
        Volatile.Write(ref _side.Missed, missed);
    }

    private bool IsAlone => TMemory.LoadAcquire(ref _subscriptions.Used) <= 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OwnTaken(long last)
    {
        if (IsAlone) LineOwner<T, TMemory>.TakenInStream(_view, last, _side.EmptyLooks, ref _side.EmptyLooksAtOwning);
    }

    private void OwnTaken(long position, int taken)
    {
        if (taken > 1 && IsAlone) LineOwner<T, TMemory>.Taken(_view, position, taken);
    }
}
