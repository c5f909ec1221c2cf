using TypedShmQueue.Layout;
using TypedShmQueue.Queue;

namespace TypedShmQueue;

/// <summary>
/// Messages read in their slots, without being copied. <see cref="Release"/> takes them and says whether they were whole all along;
/// without it they are still the next messages.
/// </summary>
/// <remarks>
/// <para>Producers wait for the consumer of a queue with <see cref="Overflow.Wait"/>, and for a subscription that is not lossy: nothing is
/// overwritten while it is read. Beside a producer that uses <c>EnqueueShift</c>, with a lossy subscription, and with a
/// <see cref="ShmQueueOptions.Retention"/>, reading is optimistic: a producer may overwrite the messages meanwhile. Then
/// <see cref="Release"/> is false, and what was read may be of two messages: do not use it, and before the release use nothing of it as
/// an index or a length.</para>
/// <para>Belongs to the thread that reads; allocates nothing.</para>
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public readonly ref struct SlotReader<T> where T : unmanaged
{
    private readonly IReadableSlots<T>? _owner;
    private readonly unsafe byte* _slots;
    private readonly long _mask;
    private readonly long _first;

    internal unsafe SlotReader(IReadableSlots<T> owner, scoped in RingView ring, long first, int count)
    {
        _owner = owner;
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
    /// True: each was whole until now, and nobody else gets it. False: producers have overwritten or displaced one of them meanwhile. A
    /// subscription has missed those then; from a queue nothing was taken, and the next call finds what is left. Where producers wait, it
    /// is always true.
    /// </returns>
    /// <exception cref="InvalidOperationException">There is nothing to release, it was released already, or other calls have taken these
    /// messages meanwhile. (Where producers may displace, the last of these is false.)</exception>
    /// <exception cref="ObjectDisposedException">The subscription or queue was disposed.</exception>
    public bool Release()
    {
        if (_owner == null) throw new InvalidOperationException("This SlotReader holds no messages: TryRead returned false.");
        return _owner.Release(_first, Count);
    }
}
