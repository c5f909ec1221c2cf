using TypedShmQueue.Layout;
using TypedShmQueue.Queue;

namespace TypedShmQueue;

/// <summary>
/// Messages read in their slots, without being copied. <see cref="Release"/> takes them and says whether they were whole all along;
/// without it they are still the next messages.
/// </summary>
/// <remarks>
/// What holds producers back is not overwritten while it is read: the messages of a queue, and those of a subscription that is not lossy. A
/// lossy subscription, or one beside a producer that uses
/// <c>EnqueueShift</c>, may be overtaken: then <see cref="Release"/> is false, and what was read is not to be trusted. Belongs to the
/// thread that reads; allocates nothing.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public readonly ref struct SlotReader<T> where T : unmanaged
{
    private readonly ISlotReleaser? _releaser;
    private readonly unsafe byte* _slots;
    private readonly long _mask;
    private readonly long _first;

    internal unsafe SlotReader(ISlotReleaser releaser, scoped in RingView ring, long first, int count)
    {
        _releaser = releaser;
        _slots = ring.Slots;
        _mask = ring.Mask;
        _first = first;
        Count = count;
    }

    /// <summary>How many messages there are, oldest first.</summary>
    public int Count { get; }

    /// <summary>
    /// A message in its slot. Not to be used after <see cref="Release"/>, nor after Dispose of the subscription or queue.
    /// </summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such message.</exception>
    public unsafe ref readonly T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            // Masked, so no position leads outside the mapping.
            return ref *(T*)(_slots + (((_first + index) & _mask) * SlotLayout.Stride(sizeof(T))) + SlotLayout.WordSize);
        }
    }

    /// <summary>Takes the messages.</summary>
    /// <returns>
    /// True: each was whole until now. False: producers overtook this subscription meanwhile; what was read counts as missed. A queue
    /// always returns true.
    /// </returns>
    /// <exception cref="InvalidOperationException">There is nothing to release, or other calls have taken these messages
    /// meanwhile.</exception>
    public bool Release()
    {
        if (_releaser == null) throw new InvalidOperationException("This SlotReader holds no messages: TryRead returned false.");
        return _releaser.Release(_first, Count);
    }
}
