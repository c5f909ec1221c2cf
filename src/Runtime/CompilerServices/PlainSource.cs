using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>Unmanaged messages out of slots: their bytes are the message.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TSlots">Whose slots.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct PlainSource<T, TSlots> : ISource<T>
    where T : unmanaged
    where TSlots : struct, ISlotView<T>
{
    private readonly TSlots _slots;

    internal PlainSource(TSlots slots) => _slots = slots;

    ConsumerEnd ISource<T>.End => _slots.End;

    static bool ISource<T>.RunsUserCode => false;

    PendingTakes<T> ISource<T>.NewPendingTakes() => new PlainTakes<T, TSlots>(_slots);

    bool ISource<T>.IsGatheringDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _slots.IsGatheringDue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    RingStatus ISource<T>.TryTake(out T message) => _slots.TryTake(out message);

    RingStatus ISource<T>.TryTake(Span<T> destination, out int taken) => _slots.TryTake(destination, out taken, hasSome: false);

    int ISource<T>.TakeMore(Span<T> destination)
    {
        _ = _slots.TryTake(destination, out int taken, hasSome: true);
        return taken;
    }

    RingStatus ISource<T>.Find() => _slots.Find();

    RingStatus ISource<T>.TryPeek(out T message) => _slots.TryPeek(out message);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ISource<T>.Took(int count) => _slots.Took(count);
}
