using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <remarks>
/// <para>Whose the cache lines are. A consumer that only reads a slot leaves its line shared, and a lap later the producer has to have
/// the consumer's copy taken away before any of its stores to that line is done. A consumer that owns the line when it has read it hands
/// it over as a whole, and the producer's stores cost a half to a sixth of what they did (docs/performance.md). So consumers store to the slots that they have taken.</para>
/// <para>L1, what is stored is there already: the zero in a word's highest byte (see <see cref="SlotWord.OwnedEnd"/>). It changes nothing, whenever
/// it happens and whoever has the slot by then, so no order is asked of it.</para>
/// <para>When: an answer must not wait behind such stores. So they are made for several slots at once, after a batch, or where messages
/// come in streams.</para>
/// </remarks>
internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    /// <summary>Single messages between two ownings, in a ring that has as many slots.</summary>
    private const int MostSinglesOwned = 32;

    /// <summary>Messages that, taken at once, are owned at once.</summary>
    private const int FewestOfBatchOwned = 8;

    /// <summary>Empty looks, since the last owning, of a consumer that has a stream before it; one that waits for answers has many for each message.</summary>
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
        int looks = _consumer.EmptyLooks;
        bool streams = (uint)(looks - _consumer.EmptyLooksAtOwning) < LooksInStream;
        _consumer.EmptyLooksAtOwning = looks;
        if (streams) Own(last + 1 - Math.Min(MostSinglesOwned, _view.Capacity), last + 1);
    }

    private void Own(long from, long to)
    {
        if (to > SlotWord.OwnedEnd) return;
        for (long position = from; position < to; position += SlotsOfLine) TMemory.OwnLine(ref Word(Slot(position)));
    }
}
