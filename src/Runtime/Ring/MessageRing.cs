using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <summary>
/// One handle's view of the ring: claim, publish, take, displace. It knows no files, locks or waiting; it is given memory and peers,
/// so that it can be stepped, checked and killed without them.
/// </summary>
/// <remarks>
/// <para>Positions count messages from the queue's creation and never wrap; position p lives in slot <c>p mod capacity</c>. The first
/// position is <c>capacity</c>, so that 0 never is one. Tail is the next position to claim, head the next to take, and a slot's word
/// says which position's message it holds. A position is claimed, its message written, its word published; later the message is
/// copied out and head moves past it, which frees the slot for position <c>p + capacity</c>.</para>
/// <para>E1, message visible: the message is written before its word is published, and read after the word is seen.
/// E2, slot free: the message is copied out before head moves past it, and overwritten only after head was seen past it.</para>
/// <para>docs/protocol.md argues why this is enough.</para>
/// </remarks>
internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    private readonly RingView _view;
    private readonly IPeers _peers;
    private readonly object _keepMapped;
    private ProducerSide _producer;
    private ConsumerSide _consumer;

    /// <param name="view">Where the words are.</param>
    /// <param name="peers">Who lives.</param>
    /// <param name="keepMapped">As long as this object can be reached, the view's memory is mapped.</param>
    public MessageRing(RingView view, IPeers peers, object keepMapped)
    {
        _view = view;
        _peers = peers;
        _keepMapped = keepMapped;
    }

    /// <summary>What the producers of this handle keep in private memory.</summary>
    public ref ProducerSide Producer => ref _producer;

    /// <summary>What the consumers of this handle keep in private memory.</summary>
    public ref ConsumerSide Consumer => ref _consumer;

    public ref readonly RingView View => ref _view;

    /// <summary>Where the producers of this handle are, as far as they know without being asked; a hint.</summary>
    public long ProducerPosition
    {
        get
        {
            long position = TProducers.IsExclusive ? _producer.Next : TMemory.LoadAcquire(ref _view.Tail);
            GC.KeepAlive(this);
            return position;
        }
    }

    /// <summary>Where the consumers are; a hint.</summary>
    public long ConsumerPosition => TConsumers.Head<TMemory>(_view, ref _consumer);

    /// <summary>Whether a position's message is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsPublished(long position)
    {
        bool published = TMemory.LoadAcquire(ref Word(Slot(position))) == SlotWord.Published(position);
        GC.KeepAlive(this);
        return published;
    }

    /// <summary>
    /// What became of a position that somebody has claimed who is dead. True: its message was published. False: it was not, and never will
    /// be. Null: the slot is a later position's by now; or the queue has one producer, whose claims nobody sees before they are published,
    /// so that the position may be another message's.
    /// </summary>
    public bool? WasPublished(long position)
    {
        if (TProducers.IsExclusive) return null;
        long word = TMemory.LoadAcquire(ref Word(Slot(position))); // E1
        GC.KeepAlive(this);
        if (word == SlotWord.Published(position)) return true;
        return SlotWord.Position(word) > position ? null : false;
    }

    /// <summary>Whether there may be a message: tail is beyond head, or (T1) about to be.</summary>
    public bool MayHoldMore =>
        TMemory.LoadAcquire(ref Word(Slot(ConsumerPosition))) == SlotWord.Published(ConsumerPosition)
        || (TMemory.LoadAcquire(ref _view.Tail) & ~Segment.CompletedBit) > ConsumerPosition;

    private int Stride => SlotLayout.Stride<T>(_view);

    /// <summary>The word of a position's slot; its message follows it. Masked: no position leads outside the mapping.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Slot(long position) => _view.Slots + ((position & _view.Mask) * Stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref long Word(byte* slot) => ref *(long*)slot;
}
