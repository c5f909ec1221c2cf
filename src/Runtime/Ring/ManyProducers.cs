using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// Many producers. Positions are claimed by a compare-and-swap on tail, and every claim is announced before it is made:
/// the lane of the claiming thread says which positions, so a claim is never anonymous, whenever its process dies.
/// </summary>
/// <remarks>
/// Ordering (docs/protocol.md lists every edge, with both ends):
/// <para>I1, intent before claim: the lane is stored before the CAS on tail. Whoever reads a tail beyond a position therefore sees the
/// intent of its claimer. The other end is in <see cref="Recovery"/>.</para>
/// <para>I2, publication before the intent goes: the word is stored before the lane is cleared. Whoever finds no intent finds the
/// word.</para>
/// <para>D1, intent before the look at Closed: Dispose sets Closed, fences all threads of this process, then waits for lanes to
/// clear.</para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct ManyProducers : IProducerRole
{
    static bool IProducerRole.IsExclusive => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IProducerRole.ClaimOne<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane)
    {
        long tail = TMemory.LoadAcquire(ref ring.Tail);
        // One comparison for two rare cases: as an unsigned number a completed tail is beyond every limit.
        if ((ulong)tail < (ulong)side.Limit)
        {
            TMemory.StoreRelease(ref lane->Count, 1);
            TMemory.StoreRelease(ref lane->First, tail); // I1, D1
            if (Volatile.Read(ref side.Closed) == 0 && TMemory.CompareAndSwap(ref ring.Tail, tail, tail + 1)) return tail; // I1
            TMemory.StoreRelease(ref lane->First, 0);
        }

        return ClaimOneSlowly<TMemory>(ring, ref side, lane);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long ClaimOneSlowly<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane)
        where TMemory : struct, IMemory
    {
        RingStatus status = Claim<TMemory>(ring, ref side, lane, 1, out long first, out _);
        return status == RingStatus.Done ? first : ~(long)status;
    }

    static RingStatus IProducerRole.TryClaim<TMemory>(
        in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first, out int claimed) =>
        Claim<TMemory>(ring, ref side, lane, wanted, out first, out claimed);

    private static RingStatus Claim<TMemory>(
        in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first, out int claimed)
        where TMemory : struct, IMemory
    {
        while (true)
        {
            long tail = TMemory.LoadAcquire(ref ring.Tail);
            claimed = wanted;
            // One comparison for two rare cases: as an unsigned number a completed tail is beyond every limit.
            if ((ulong)tail + (ulong)wanted > (ulong)side.Limit)
            {
                RingStatus room = FindRoom<TMemory>(ring, ref side, tail, wanted, out claimed);
                if (room != RingStatus.Done)
                {
                    first = 0;
                    return room;
                }
            }

            RingStatus status = TryClaimAt<TMemory>(ring, ref side, lane, tail, claimed);
            first = status == RingStatus.Done ? tail : 0;
            if (status != RingStatus.Blocked) return status;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static RingStatus IProducerRole.TryClaimBeyond<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail) =>
        TryClaimAt<TMemory>(ring, ref side, lane, tail, 1);

    /// <summary>Blocked: tail is not there any more, or the queue was completed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RingStatus TryClaimAt<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail, int count)
        where TMemory : struct, IMemory
    {
        TMemory.StoreRelease(ref lane->Count, count);
        TMemory.StoreRelease(ref lane->First, tail); // I1, D1
        if (Volatile.Read(ref side.Closed) == 0 && TMemory.CompareAndSwap(ref ring.Tail, tail, tail + count)) return RingStatus.Done; // I1
        // Without a claim the intent must go: it would hold up the recovery of whoever does get these positions.
        TMemory.StoreRelease(ref lane->First, 0);
        return Volatile.Read(ref side.Closed) != 0 ? RingStatus.Closed : RingStatus.Blocked;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RingStatus FindRoom<TMemory>(in RingView ring, ref ProducerSide side, long tail, int wanted, out int claimed)
        where TMemory : struct, IMemory
    {
        claimed = 0;
        if (Volatile.Read(ref side.Closed) != 0) return RingStatus.Closed;
        if (tail < 0) return RingStatus.Completed;

        long head = TMemory.LoadAcquire(ref ring.Head); // E2: what lies below head has been copied out
        long limit = head + ring.Capacity;
        // Tail was read first and head only grows: in a whole segment tail is beyond this limit only by the one position of a producer that
        // displaces. Head may well be past this tail.
        if (tail > limit + 1 || head < ring.Capacity || tail < ring.Capacity)
        {
            // No mark keeps Dispose waiting yet, so the words may have been let go of since Closed was looked at.
            return Volatile.Read(ref side.Closed) != 0 ? RingStatus.Closed : RingStatus.Corrupt;
        }

        side.Limit = limit;
        claimed = (int)Math.Clamp(limit - tail, 0, wanted);
        return claimed > 0 ? RingStatus.Done : RingStatus.Blocked;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IProducerRole.Advance<TMemory>(in RingView ring, ref ProducerSide side, long next)
    {
        // The CAS that claimed them has moved tail already.
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IProducerRole.Release<TMemory>(ref ProducerSide side, Lane* lane) => TMemory.StoreRelease(ref lane->First, 0); // I2
}
