using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <summary>
/// Resolves positions whose claimer died. A position below tail that stays unpublished is abandoned if and only if no live lane's
/// intent covers it: whoever claimed it stored that intent first (I1) and keeps it until the word is there (I2).
/// </summary>
/// <remarks>
/// The order of the looks is the proof. Tail first: it is beyond the position, so the position is claimed and the claimer's intent
/// was stored before we look at any lane. Then the word. Then the lanes. A lane that has moved on since has published, and then the
/// final swap, from the word seen before the lanes, fails. The swap also elects one of several recoverers. A torn look at a lane
/// (first of one claim, count of another) means that it has moved on, with the same end.
/// </remarks>
internal static unsafe class Recovery
{
    /// <param name="ring">The words.</param>
    /// <param name="peers">Who lives.</param>
    /// <param name="slot">The slot of <paramref name="head"/>.</param>
    /// <param name="head">The position that holds the caller up.</param>
    /// <param name="oneProducer">Whether positions are claimed by one handle only.</param>
    /// <param name="stuckAt">
    /// The caller's memory of the position it found unpublished last. Lanes are read only when the same one is met again: a claim that is
    /// about to be published is common, and reading all lanes takes longer than publishing it.
    /// </param>
    /// <returns>
    /// Done: the position is resolved, or head has moved. Blocked: it is not claimed yet, or its claimer lives. Completed: it will never
    /// be claimed. Corrupt: head, tail or word are impossible.
    /// </returns>
    public static RingStatus Investigate<TMemory>(in RingView ring, IPeers peers, byte* slot, long head, bool oneProducer, ref long stuckAt)
        where TMemory : struct, IMemory
    {
        long rawTail = TMemory.LoadAcquire(ref ring.Tail); // I1
        long tail = rawTail & ~Segment.CompletedBit;
        long word = TMemory.LoadAcquire(ref *(long*)slot); // I2, as seen before the lanes
        if (word == SlotWord.Published(head) || word == SlotWord.Tombstone(head)) return RingStatus.Done;

        long now = TMemory.LoadAcquire(ref ring.Head);
        if (now != head) return now > head ? RingStatus.Done : RingStatus.Corrupt;
        if (!IsPossible(ring, head, tail, word, oneProducer)) return RingStatus.Corrupt;
        if (head >= tail) return rawTail < 0 && head == tail ? RingStatus.Completed : RingStatus.Blocked;

        // With one producer tail never passes an unpublished position.
        if (oneProducer) return RingStatus.Corrupt;
        if (stuckAt != head)
        {
            stuckAt = head;
            return RingStatus.Blocked;
        }

        if (IsCoveredByLiveLane<TMemory>(ring, peers, head)) return RingStatus.Blocked;
        // A claim is a run of positions: the next one, if it is unpublished too, is looked into at once and not after another wait.
        stuckAt = head + 1;
        if (!TMemory.CompareAndSwap(ref *(long*)slot, word, SlotWord.Tombstone(head))) return RingStatus.Done;

        TMemory.Add(ref ring.Abandoned, 1);
        TMemory.Add(ref ring.Recovered, 1);
        peers.OnTombstone();
        return RingStatus.Done;
    }

    /// <summary>
    /// Head was the same before tail was read and after, so the two belong together; the word is that of an earlier position of the
    /// same slot, or zero.
    /// </summary>
    private static bool IsPossible(in RingView ring, long head, long tail, long word, bool oneProducer)
    {
        if (head < ring.Capacity || tail < ring.Capacity || tail - head > ring.Capacity) return false;
        // One producer's tail is stored after the words (T1), so head may be ahead of it, by a batch at most.
        if (head > tail && (!oneProducer || head - tail > ring.Capacity)) return false;
        long position = SlotWord.Position(word);
        return word == 0 || (position < head && position >= ring.Capacity && ((position ^ head) & ring.Mask) == 0);
    }

    private static bool IsCoveredByLiveLane<TMemory>(in RingView ring, IPeers peers, long position)
        where TMemory : struct, IMemory
    {
        for (int i = 0; i < ring.LaneCount; i++)
        {
            Lane* lane = ring.Lanes + i;
            long first = TMemory.LoadAcquire(ref lane->First);
            if (first == 0 || first > position) continue;
            long count = TMemory.LoadAcquire(ref lane->Count);
            if (position - first >= count) continue;
            if (peers.IsAlive(TMemory.LoadAcquire(ref lane->Owner))) return true;
        }

        return false;
    }
}
