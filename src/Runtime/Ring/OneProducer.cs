using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// One producer: it alone claims, so a claim is private arithmetic, and nothing shared is written before the message's own word.
/// </summary>
/// <remarks>
/// <para>T1, tail follows the words: tail is stored after the words it passes, for those who attach later and for counts. A producer that
/// dies in between leaves words at and beyond tail; the next holder of the role walks forward over them (see RoleHolder).</para>
/// <para>T2, mark before the look at Closed, and Next after it: a thread that completes sets Closed, fences all threads of this process,
/// and waits until there is no mark. The mark is loaded and then stored, which costs no interlocked instruction, so it keeps out nobody who
/// looks at the same instant: the thread that completes has no mark, and the claim looks at Closed. docs/protocol.md, "Completing".</para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct OneProducer : IProducerRole
{
    static bool IProducerRole.IsExclusive => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IProducerRole.ClaimOne<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane)
    {
        if (TMemory.LoadMark(ref side.InFlight) != 0) return ~(long)RingStatus.Busy;
        TMemory.StoreMark(ref side.InFlight, 1); // D1, T2
        if (TMemory.LoadMark(ref side.Closed) == 0) // T2: what a thread that completed has changed is read after this
        {
            long next = side.Next;
            if (next < side.Limit) return next;
        }

        return ClaimOneSlowly<TMemory>(ring, ref side);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long ClaimOneSlowly<TMemory>(in RingView ring, ref ProducerSide side)
        where TMemory : struct, IMemory
    {
        RingStatus room = FindRoom<TMemory>(ring, ref side, 1, out _);
        if (room == RingStatus.Done) return side.Next;
        TMemory.StoreMark(ref side.InFlight, 0);
        return ~(long)room;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static RingStatus IProducerRole.TryClaim<TMemory>(
        in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first, out int claimed)
    {
        first = 0;
        claimed = wanted;
        if (TMemory.LoadMark(ref side.InFlight) != 0) return RingStatus.Busy;
        TMemory.StoreMark(ref side.InFlight, 1); // D1, T2
        if (TMemory.LoadMark(ref side.Closed) == 0) // T2
        {
            first = side.Next;
            if (first + wanted <= side.Limit) return RingStatus.Done;
        }

        RingStatus room = FindRoom<TMemory>(ring, ref side, wanted, out claimed);
        if (room == RingStatus.Done) first = side.Next;
        else TMemory.StoreMark(ref side.InFlight, 0);
        return room;
    }

    /// <summary>The mark alone is the claim; it keeps this producer's own Complete out until the message is there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static RingStatus IProducerRole.TryClaimBeyond<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail)
    {
        if (TMemory.LoadMark(ref side.InFlight) != 0) return RingStatus.Busy;
        TMemory.StoreMark(ref side.InFlight, 1); // D1, T2
        RingStatus status = StatusOf(TMemory.LoadMark(ref side.Closed)); // T2
        if (status == RingStatus.Done)
        {
            status = TMemory.LoadAcquire(ref ring.Tail) < 0 ? RingStatus.Completed
                : side.Next != tail ? RingStatus.Blocked
                : RingStatus.Done;
        }

        if (status != RingStatus.Done) TMemory.StoreMark(ref side.InFlight, 0);
        return status;
    }

    /// <summary>Done: nothing keeps a claim out.</summary>
    private static RingStatus StatusOf(int closed) => closed switch
    {
        0 => RingStatus.Done,
        ProducerSide.Completing => RingStatus.Completing,
        _ => RingStatus.Closed,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RingStatus FindRoom<TMemory>(in RingView ring, ref ProducerSide side, int wanted, out int claimed)
        where TMemory : struct, IMemory
    {
        claimed = 0;
        RingStatus status = StatusOf(TMemory.LoadMark(ref side.Closed)); // T2
        if (status != RingStatus.Done) return status;
        if (side.Limit == 0) return RingStatus.NoRole;
        if (TMemory.LoadAcquire(ref ring.Tail) < 0) return RingStatus.Completed;

        long head = TMemory.LoadAcquire(ref ring.Head); // E2: what lies below head has been copied out
        long limit = head + ring.Capacity;
        // Only published positions are taken, and this producer published all there are.
        if (head > side.Next || side.Next > limit) return RingStatus.Corrupt;
        side.Limit = limit;
        claimed = (int)Math.Min(wanted, limit - side.Next);
        return claimed > 0 ? RingStatus.Done : RingStatus.Blocked;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IProducerRole.Advance<TMemory>(in RingView ring, ref ProducerSide side, long next)
    {
        side.Next = next;
        TMemory.StoreRelease(ref ring.Tail, next); // T1
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IProducerRole.Release<TMemory>(ref ProducerSide side, Lane* lane) => TMemory.StoreMark(ref side.InFlight, 0); // D1, T2
}
