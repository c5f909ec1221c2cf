using TypedShmQueue.CompilerServices;

namespace TypedShmQueue;

/// <summary>
/// Messages read in their slots, without being copied. <see cref="Release"/> takes them and says whether they were whole all along;
/// without it they are still the next messages.
/// </summary>
/// <remarks>
/// What holds producers back is not overwritten while it is read. A lossy subscription, or one beside a producer that uses
/// <c>EnqueueShift</c>, may be overtaken: then <see cref="Release"/> is false, and what was read is not to be trusted. Belongs to the
/// thread that reads; allocates nothing.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public readonly ref struct SlotReader<T> where T : unmanaged
{
    private readonly Subscription<T>? _subscription;
    private readonly long _first;

    internal SlotReader(Subscription<T> subscription, long first, int count)
    {
        _subscription = subscription;
        _first = first;
        Count = count;
    }

    /// <summary>How many messages there are, oldest first.</summary>
    public int Count { get; }

    /// <summary>A message in its slot. Not to be used after <see cref="Release"/>, nor after the subscription's Dispose.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such message.</exception>
    public ref readonly T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return ref _subscription!.MessageAt(_first + index);
        }
    }

    /// <summary>Takes the messages.</summary>
    /// <returns>True: each was whole until now. False: producers overtook this subscription meanwhile; what was read counts as missed.</returns>
    /// <exception cref="InvalidOperationException">There is nothing to release, or other calls have taken these messages meanwhile.</exception>
    public bool Release()
    {
        if (_subscription == null) throw new InvalidOperationException("This SlotReader holds no messages: TryRead returned false.");
        return _subscription.Release(_first, Count);
    }
}
