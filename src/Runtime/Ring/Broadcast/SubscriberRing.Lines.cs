using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <remarks>
/// Whose the cache lines are, and why L1 is safe: as for the consumers of a queue, see <see cref="MessageRing{T, TProducers, TConsumers, TMemory}"/>.
/// A subscription owns lines only while it has been the queue's only one: of several, each would take them from the others, which have
/// still to read them.
/// </remarks>
internal sealed unsafe partial class SubscriberRing<T, TMemory>
    where T : unmanaged
    where TMemory : struct, IMemory
{
    /// <summary>Single messages between two ownings, in a ring that has as many slots.</summary>
    private const int MostSinglesOwned = 32;

    /// <summary>Messages that, taken at once, are owned at once.</summary>
    private const int FewestOfBatchOwned = 8;

    /// <summary>Empty looks, since the last owning, of a subscriber that has a stream before it.</summary>
    private const uint LooksInStream = 256;

    /// <summary>Where slots are smaller than lines, one of each line is enough.</summary>
    private static long SlotsOfLine => Math.Max(1, SlotLayout.CacheLine / Stride);

    /// <summary>One message was taken from this position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OwnTaken(long position)
    {
        long last = Math.Min(MostSinglesOwned, _view.Capacity) - 1;
        if ((position & last) == last) OwnTakenInStream(position);
    }

    /// <summary>As many messages were taken at once, from this position on. Of small ones there are not lines enough to be worth it.</summary>
    private void OwnTaken(long position, int taken)
    {
        if (SlotsOfLine <= 2 && taken >= Math.Min(FewestOfBatchOwned, _view.Capacity)) Own(position, position + taken);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OwnTakenInStream(long last)
    {
        int looks = _side.EmptyLooks;
        bool streams = (uint)(looks - _side.EmptyLooksAtOwning) < LooksInStream;
        _side.EmptyLooksAtOwning = looks;
        if (streams) Own(last + 1 - Math.Min(MostSinglesOwned, _view.Capacity), last + 1);
    }

    private void Own(long from, long to)
    {
        if (to > SlotWord.OwnedEnd || TMemory.LoadAcquire(ref _subscriptions.Used) > 1) return;
        for (long position = from; position < to; position += SlotsOfLine) TMemory.OwnLine(ref Word(Slot(position)));
    }
}
