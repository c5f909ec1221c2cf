using TypedShmQueue.Layout;

namespace TypedShmQueue.Queue;

/// <summary>A queue that was completed, for who would put a new one in its place.</summary>
internal static unsafe class CompletedQueue
{
    /// <summary>
    /// Whether the queue was completed, and nobody will take a message from it any more. Where that is so it stays so: nothing is sent
    /// after the completion, and nobody goes back.
    /// </summary>
    /// <remarks>
    /// A broadcast queue keeps messages that everybody has taken, for newcomers. It is at its end when every subscription is, absent named
    /// ones included, and at least one has been there: what nobody has taken yet may be meant for who comes late.
    /// </remarks>
    public static bool IsUsedUp(Session session)
    {
        // Tail first: once it says completed it does not change, and head and cursors only come nearer.
        long tail = Volatile.Read(ref session.Ring.Tail);
        if (tail >= 0) return false;
        tail &= ~Segment.CompletedBit;
        bool used = HoldsNone(session, FirstToTake(session), tail);
        GC.KeepAlive(session);
        return used;
    }

    /// <summary>
    /// Takes the name away from this very queue, and lets go of it. Others may find the same at the same time: each marks the same queue,
    /// one takes its name away, and whoever comes later finds that the name is another file's.
    /// </summary>
    public static void Remove(Session session)
    {
        try
        {
            session.Delete();
        }
        finally
        {
            session.Detach();
        }
    }

    /// <summary>The first position that anybody has still to take.</summary>
    private static long FirstToTake(Session session)
    {
        long head = Volatile.Read(ref session.Ring.Head);
        SubscriptionsView subscriptions = session.Subscriptions;
        if (subscriptions.Count == 0) return head;
        long furthest = head, least = long.MaxValue;
        for (int i = 0; i < subscriptions.InUse; i++)
        {
            ref SubscriptionRecord record = ref subscriptions.Records[i];
            SubscriptionState state = new(Volatile.Read(ref record.State));
            long owner = Volatile.Read(ref record.Owner);
            long cursor = Volatile.Read(ref record.Cursor);
            // An entry keeps its cursor when its subscription has ended: it says how far that one came.
            furthest = Math.Max(furthest, cursor);
            bool goesOn = state.IsNamed || (owner != 0 && session.IsAlive(owner));
            if (state.IsActive && goesOn) least = Math.Min(least, cursor);
        }

        return Math.Min(furthest, least);
    }

    /// <summary>
    /// Whether nothing but tombstones lies from here to the end. A claim that is not published may become a message, if its owner lives.
    /// </summary>
    private static bool HoldsNone(Session session, long from, long tail)
    {
        RingView ring = session.Ring;
        // Positions that no queue operation writes: it is for whoever takes from it to say so.
        if (from > tail || tail - from > ring.Capacity) return false;
        for (long position = from; position < tail; position++)
        {
            byte* slot = ring.Slots + ((position & ring.Mask) * session.Geometry.SlotStride);
            if (Volatile.Read(ref *(long*)slot) != SlotWord.Tombstone(position)) return false;
        }

        return true;
    }
}
