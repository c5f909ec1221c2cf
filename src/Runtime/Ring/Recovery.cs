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
    /// <param name="slot">The slot of <paramref name="position"/>.</param>
    /// <param name="position">The position that holds the caller up: head, or a subscriber's cursor, which may be beyond head.</param>
    /// <param name="isHead">Whether head can be nowhere before the position.</param>
    /// <param name="oneProducer">Whether positions are claimed by one handle only.</param>
    /// <param name="asks">
    /// Whether the caller has been held up here for long (<see cref="HeldUp"/>). Only then are the lanes read and the kernel asked: a claim
    /// that is about to be published is common, and reading all lanes takes longer than publishing it.
    /// </param>
    /// <param name="heldUp">The caller's; told of a live claim, and where to ask next.</param>
    /// <returns>
    /// Done: the position is resolved, or head has moved. Blocked: it is not claimed yet, or its claimer lives. Completed: it will never
    /// be claimed. Corrupt: head, tail or word are impossible.
    /// </returns>
    public static RingStatus Investigate<TMemory>(
        in RingView ring, IPeers peers, byte* slot, long position, bool isHead, bool oneProducer, bool asks, ref HeldUp heldUp)
        where TMemory : struct, IMemory
    {
        long rawTail = TMemory.LoadAcquire(ref ring.Tail); // I1
        long tail = rawTail & ~Segment.CompletedBit;
        long word = TMemory.LoadAcquire(ref *(long*)slot); // I2, as seen before the lanes
        if (word == SlotWord.Published(position) || word == SlotWord.Tombstone(position)) return RingStatus.Done;

        long head = TMemory.LoadAcquire(ref ring.Head);
        if (head > position) return RingStatus.Done;
        if (isHead && head != position) return RingStatus.Corrupt;
        if (!IsPossible(ring, position, tail, word, oneProducer)) return RingStatus.Corrupt;
        if (position >= tail) return rawTail < 0 && position == tail ? RingStatus.Completed : RingStatus.Blocked;

        // With one producer tail never passes an unpublished position.
        if (oneProducer) return RingStatus.Corrupt;
        if (!asks || IsCoveredByLiveLane<TMemory>(ring, peers, position))
        {
            heldUp.MeetClaim<TMemory>(position);
            return RingStatus.Blocked;
        }

        if (position - head == ring.Capacity)
        {
            // The slot still holds the oldest message, which the dead producer was about to displace. In a plain queue nobody is held up
            // here before that message has been taken: it stays, and whoever moves head to this position passes it.
            if (!ring.IsBroadcast) return RingStatus.Blocked;
            // A subscription may be here before head is.
            if (!Oldest.TryPass<TMemory>(ring, slot, head)) return RingStatus.Done;
        }

        // A claim is a run of positions: the next one, if it is unpublished too, is looked into at once and not after another wait.
        heldUp.ExpireAt(position + 1);
        if (!TMemory.CompareAndSwap(ref *(long*)slot, word, SlotWord.Tombstone(position))) return RingStatus.Done;

        TMemory.Add(ref ring.Abandoned, 1);
        TMemory.Add(ref ring.Recovered, 1);
        peers.OnTombstone();
        return RingStatus.Done;
    }

    /// <summary>
    /// Head was not beyond the position after tail was read, so the two belong together; the word is that of an earlier position of the
    /// same slot, or zero.
    /// </summary>
    private static bool IsPossible(in RingView ring, long position, long tail, long word, bool oneProducer)
    {
        if (position < ring.Capacity || tail < ring.Capacity || tail - position > ring.Capacity) return false;
        // One producer's tail is stored after the words (T1), so the position may be ahead of it, by a batch at most.
        if (position > tail && (!oneProducer || position - tail > ring.Capacity)) return false;
        long earlier = SlotWord.Position(word);
        return word == 0 || (earlier < position && earlier >= ring.Capacity && ((earlier ^ position) & ring.Mask) == 0);
    }

    /// <summary>Whether somebody who lives may still publish the position. Precondition: it was seen below tail.</summary>
    public static bool IsCoveredByLiveLane<TMemory>(in RingView ring, IPeers peers, long position)
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
