using System.Runtime.CompilerServices;

namespace TypedShmQueue.Ring;

/// <remarks>
/// Whose the cache lines are: see <see cref="LineOwner{T, TMemory}"/>. A subscription owns lines only while it has been the queue's only
/// one: of several, each would take them from the others, which have still to read them.
/// </remarks>
internal sealed unsafe partial class SubscriberRing<T, TMemory>
    where T : unmanaged
    where TMemory : struct, IMemory
{
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
