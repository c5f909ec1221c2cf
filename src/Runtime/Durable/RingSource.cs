using System.Buffers;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Durable;

/// <summary>A ring as the journal's writer sees it, while producers and consumers use it.</summary>
/// <remarks>
/// C1: a message is whole if head is not past its position after it was copied, since a slot is overwritten only by a producer that saw
/// head past it. docs/protocol.md, "Commits", has the proof.
/// </remarks>
/// <typeparam name="TMemory">How shared words are accessed.</typeparam>
internal sealed unsafe class RingSource<TMemory> : IJournalSource
    where TMemory : struct, IMemory
{
    private readonly RingParts _parts;
    private readonly RingView _ring;
    private readonly GroupsView _groups;
    private readonly IPeers _peers;
    private readonly long* _committed;

    /// <summary>By the first position that is not resolved.</summary>
    private HeldUp _heldUp;

    /// <param name="parts">Where the words are.</param>
    /// <param name="peers">Who lives.</param>
    /// <param name="committed">The journal's limit: the first position that it does not hold.</param>
    public RingSource(RingParts parts, IPeers peers, long* committed)
    {
        _parts = parts;
        _ring = parts.Ring;
        _groups = parts.Groups;
        _peers = peers;
        _committed = committed;
    }

    /// <inheritdoc/>
    public bool IsCompleted => TMemory.LoadAcquire(ref _ring.Tail) < 0;

    /// <inheritdoc/>
    public long Head
    {
        get
        {
            long head = TMemory.LoadAcquire(ref _ring.Head);
            return _parts.Roles.IsAcknowledged
                ? Math.Max(head, GroupCursor.Advance<TMemory>(_ring, _groups, 0, _parts.Stride))
                : head;
        }
    }

    /// <inheritdoc/>
    public long Limit
    {
        get
        {
            long position = Math.Max(TMemory.LoadAcquire(ref *_committed), TMemory.LoadAcquire(ref _ring.Head));
            while (IsResolved(position)) position++;
            return position;
        }
    }

    /// <summary>Since when a claim is the first thing that the journal does not hold; see <see cref="HeldUp.ClaimMetAt"/>.</summary>
    public long ClaimMetAt => _heldUp.ClaimMetAt(TMemory.LoadAcquire(ref *_committed));

    /// <inheritdoc/>
    public bool TryCopy(long position, Span<byte> into, out int length)
    {
        byte* message = Slot(position) + SlotLayout.WordSize;
        length = 0;
        if (TMemory.LoadAcquire(ref *(long*)Slot(position)) != SlotWord.Published(position) || IsDone(position)) return false; // E1
        // Others may write it meanwhile: it is checked like a stranger's.
        length = _parts.HasLength
            ? (int)Math.Clamp(sizeof(int) + (long)*(int*)message, sizeof(int), _parts.MessageSize) : _parts.MessageSize;
        TMemory.Read(message, into[..length]);
        TMemory.LoadFence();
        return TMemory.LoadAcquire(ref _ring.Head) <= position; // C1
    }

    /// <inheritdoc/>
    public void WriteSideState(IBufferWriter<byte> into) => SideState.Write<TMemory>(_parts, into);

    /// <summary>Whether a position has a message, had one, or will never have one. A dead claim is resolved here.</summary>
    private bool IsResolved(long position)
    {
        long word = TMemory.LoadAcquire(ref *(long*)Slot(position)); // E1
        if (word == SlotWord.Published(position) || word == SlotWord.Tombstone(position)) return true;
        if (TMemory.LoadAcquire(ref _ring.Head) > position) return true;
        RingStatus status = Recovery.Investigate<TMemory>(_ring, _peers, Slot(position), position, isHead: false,
            _parts.Roles.HasOneProducer, asks: _heldUp.IsLong<TMemory>(position), ref _heldUp);
        return status == RingStatus.Done;
    }

    private bool IsDone(long position)
    {
        if (!_parts.Roles.IsAcknowledged) return false;
        LedgerWord word = new(TMemory.LoadAcquire(ref _groups.Ledger(0, position))); // G4
        return word.IsDone && word.Lap == _groups.Lap(position);
    }

    private byte* Slot(long position) => _ring.Slots + ((position & _ring.Mask) * _parts.Stride);
}
