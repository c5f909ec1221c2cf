using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <summary>Whose the cache lines are: those who have taken messages take the lines along.</summary>
/// <remarks>
/// <para>A consumer that only reads a slot leaves its line shared, and a lap later the producer has to have the consumer's copy taken away
/// before any of its stores to that line is done. A consumer that owns the line when it has read it hands it over as a whole, and the
/// producer's stores cost a half to a sixth of what they did (docs/performance.md). So consumers store to the slots that they have
/// taken.</para>
/// <para>L1, what is stored is there already: the zero in a word's highest byte (see <see cref="SlotWord.OwnedEnd"/>). It changes nothing,
/// whenever it happens and whoever has the slot by then, so no order is asked of it.</para>
/// <para>When: an answer must not wait behind such stores. So they are made for several slots at once, after a batch, or where messages
/// come in streams.</para>
/// </remarks>
internal static unsafe class LineOwner<T, TMemory>
    where T : unmanaged
    where TMemory : struct, IMemory
{
    /// <summary>Single messages between two ownings, in a ring that has as many slots.</summary>
    private const int MostSinglesOwned = 32;

    /// <summary>Messages that, taken at once, are owned at once.</summary>
    private const int FewestOfBatchOwned = 8;

    /// <summary>
    /// Empty looks, since the last owning, of a consumer that has a stream before it; one that waits for answers has many for each message.
    /// </summary>
    private const uint LooksInStream = 256;

    /// <summary>Where slots are smaller than lines, one of each line is enough.</summary>
    private static long SlotsOfLine(in RingView ring) => Math.Max(1, SlotLayout.CacheLine / SlotLayout.Stride<T>(ring));

    /// <summary>One message was taken from this position.</summary>
    /// <param name="ring">Where the words are; its memory stays mapped during the call.</param>
    /// <param name="position">The position.</param>
    /// <param name="looks">How often this consumer has found nothing so far.</param>
    /// <param name="looksBefore">What that was when lines were owned last, or would have been.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Taken(in RingView ring, long position, int looks, ref int looksBefore)
    {
        if (IsDue(ring, position)) TakenInStream(ring, position, looks, ref looksBefore);
    }

    /// <summary>Whether the single messages up to this position are to be owned, if they come in a stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDue(in RingView ring, long position)
    {
        long last = Math.Min(MostSinglesOwned, ring.Capacity) - 1;
        return (position & last) == last;
    }

    /// <summary>
    /// As many messages were taken at once, from this position on. Of small ones there are not lines enough to be worth it.
    /// </summary>
    public static void Taken(in RingView ring, long position, int count)
    {
        if (SlotsOfLine(ring) <= 2 && count >= Math.Min(FewestOfBatchOwned, ring.Capacity)) Own(ring, position, position + count);
    }

    /// <summary>As <see cref="Taken(in RingView, long, int, ref int)"/>, for a position where it is due.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TakenInStream(in RingView ring, long last, int looks, ref int looksBefore)
    {
        bool streams = (uint)(looks - looksBefore) < LooksInStream;
        looksBefore = looks;
        if (streams) Own(ring, last + 1 - Math.Min(MostSinglesOwned, ring.Capacity), last + 1);
    }

    private static void Own(in RingView ring, long from, long to)
    {
        if (to > SlotWord.OwnedEnd) return;
        for (long position = from; position < to; position += SlotsOfLine(ring))
            TMemory.OwnLine(ref *(long*)(ring.Slots + ((position & ring.Mask) * SlotLayout.Stride<T>(ring))));
    }
}
