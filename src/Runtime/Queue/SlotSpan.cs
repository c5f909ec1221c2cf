using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Queue;

namespace TypedShmQueue;

/// <summary>
/// Claimed slots in a row, to be written in place. <see cref="Publish"/> sends all messages, in their order; disposed without it, none is
/// sent. Until one of the two the claim is open and consumers cannot pass it, so keep it short: <c>using</c> is the way.
/// </summary>
/// <remarks>
/// <para>One claim and one wake for all of them, as for a batch, and no copy: each message is written once, into its slot. If the process
/// dies before <see cref="Publish"/>, none is sent, and others pass the positions; if it dies within, the first of them may be sent.</para>
/// <para>Belongs to the thread that claimed it. Allocates nothing.</para>
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public readonly ref struct SlotSpan<T> where T : unmanaged
{
    private readonly IClaimOwner? _owner;
    private readonly ThreadLane? _lane;
    private readonly unsafe byte* _slots;
    private readonly long _mask;
    private readonly long _first;
    private readonly uint _claim;

    internal unsafe SlotSpan(IClaimOwner owner, ThreadLane lane, scoped in RingView ring, long first, int count)
    {
        _owner = owner;
        _lane = lane;
        _slots = ring.Slots;
        _mask = ring.Mask;
        _first = first;
        _claim = lane.Claim;
        Count = count;
    }

    /// <summary>How many slots were claimed.</summary>
    public int Count { get; }

    /// <summary>
    /// A message in its slot. It holds what the slot's last message left there: write every field of every message. Not to be used after
    /// <see cref="Publish"/>, nor after the queue's Dispose.
    /// </summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1, in the order in which they are sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    /// <exception cref="InvalidOperationException">The span was published or disposed already.</exception>
    [SuppressMessage("Design", "CA1065:Do not raise exceptions in unexpected locations", Justification = "There is no slot to refer to.")]
    public unsafe ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            if (!IsOpen) ThrowNotOpen();
            // Masked, so no position leads outside the mapping.
            return ref *(T*)(_slots + (((_first + index) & _mask) * SlotLayout.Stride(sizeof(T))) + SlotLayout.WordSize);
        }
    }

    /// <summary>Sends all messages. Wakes parked consumers (a system call) if there are any.</summary>
    /// <exception cref="InvalidOperationException">Nothing was claimed, or the span was published or disposed already.</exception>
    /// <exception cref="ObjectDisposedException">This thread disposed the queue meanwhile; nothing was sent. (Disposed by another thread,
    /// the messages are still sent.)</exception>
    public void Publish()
    {
        if (!IsOpen) ThrowNotOpen();
        _owner!.Commit(_lane!, _first);
    }

    /// <summary>Gives the slots up, unless they were published.</summary>
    public void Dispose()
    {
        if (IsOpen) _owner!.Abandon(_lane!, _first);
    }

    private bool IsOpen => _lane != null && _lane.IsOpen(_first, _claim);

    private void ThrowNotOpen()
    {
        _owner?.ThrowIfDisposed();
        throw new InvalidOperationException("This SlotSpan is not open: it was published or disposed already, or TryClaim returned " +
            "false. Claim slots with TryClaim, write each of them, then Publish once.");
    }
}
