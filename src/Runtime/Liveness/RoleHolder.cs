using TypedShmQueue.Layout;

namespace TypedShmQueue.Liveness;

/// <summary>Roles for one: held by an owner word in the header, free when that owner is gone.</summary>
/// <param name="participants">Who this handle is, and who lives.</param>
/// <param name="queueName">For messages.</param>
internal sealed class RoleHolder(Participants participants, string queueName)
{
    /// <summary>Takes a role.</summary>
    /// <exception cref="ShmQueueRoleTakenException">Its holder lives.</exception>
    public void Take(ref long role, string name)
    {
        while (true)
        {
            long holder = Volatile.Read(ref role);
            if (holder == participants.Self.Word) return;
            if (holder != 0 && participants.IsAliveForSure(holder))
                throw new ShmQueueRoleTakenException(queueName, name, participants.ProcessIdOf(holder));
            Steps.At("role: found free");
            if (Interlocked.CompareExchange(ref role, participants.Self.Word, holder) != holder) continue;
            Steps.At("role: taken");
            return;
        }
    }

    /// <summary>Gives a role back, if it is this handle's.</summary>
    public void GiveBack(ref long role) => _ = Interlocked.CompareExchange(ref role, 0, participants.Self.Word);

    /// <summary>
    /// Where a new holder of the producer's role goes on. T1: its predecessor may have died between a word and tail, so words are walked
    /// over, from tail or head, whichever is further: what was taken was published.
    /// </summary>
    public static unsafe long NextOfOneProducer(in RingView ring, int stride)
    {
        long next = Math.Max(Volatile.Read(ref ring.Tail) & ~Segment.CompletedBit, Volatile.Read(ref ring.Head));
        for (long i = 0; i < ring.Capacity; i++)
        {
            if (Volatile.Read(ref *(long*)(ring.Slots + ((next & ring.Mask) * stride))) != SlotWord.Published(next)) break;
            next++;
        }

        return next;
    }
}
