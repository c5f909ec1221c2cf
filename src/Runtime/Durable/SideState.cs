using System.Buffers;
using System.Runtime.InteropServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Durable;

/// <summary>
/// What a journal holds beside messages: how far named subscriptions and groups have come. It is whole in each block, so the last one is
/// what holds. docs/journal.md is the authority on its bytes.
/// </summary>
internal static unsafe class SideState
{
    private const int RunsAtOnce = 64;

    /// <summary>The most bytes that a queue's can have: each position of each group may be a run of its own.</summary>
    public static long MostBytes(SegmentGeometry geometry) => sizeof(SideHeader)
        + (geometry.MaxSubscriptions * (long)sizeof(SubscriptionPart))
        + (geometry.MaxGroups * (sizeof(GroupPart) + ((long)geometry.Capacity * sizeof(GroupRun))));

    /// <summary>Writes it, while others use the queue.</summary>
    public static void Write<TMemory>(RingParts parts, IBufferWriter<byte> into) where TMemory : struct, IMemory
    {
        // Which entries are written is found first, and not again: one that is named meanwhile is in the next commit, and must not be
        // written in the place of one that was there before.
        Span<ulong> subscriptions = stackalloc ulong[(Segment.MaxSubscriptions / 64) + 1];
        Span<ulong> groups = stackalloc ulong[(Segment.MaxGroups / 64) + 1];
        SideHeader header = default;
        for (int i = 0; i < parts.Subscriptions.InUse; i++)
        {
            if (!IsNamed<TMemory>(ref parts.Subscriptions.Records[i].State)) continue;
            subscriptions[i >> 6] |= 1UL << i;
            header.Subscriptions++;
        }

        for (int i = 0; i < parts.Groups.InUse; i++)
        {
            if (!IsNamed<TMemory>(ref parts.Groups.Records[i].State)) continue;
            groups[i >> 6] |= 1UL << i;
            header.Groups++;
        }

        if (header.Subscriptions == 0 && header.Groups == 0) return;
        Put(into, header);
        for (int i = 0; i < parts.Subscriptions.Count; i++)
        {
            if ((subscriptions[i >> 6] & (1UL << i)) != 0) Put(into, SubscriptionPart.Of<TMemory>(i, ref parts.Subscriptions.Records[i]));
        }

        for (int i = 0; i < parts.Groups.Count; i++)
        {
            if ((groups[i >> 6] & (1UL << i)) != 0) WriteGroup<TMemory>(parts, i, into);
        }
    }

    /// <summary>Whether a word is the state of a named subscription or group.</summary>
    public static bool IsOfNamed(long state) =>
        new SubscriptionState(state) is { IsNamed: true, IsActive: true } && SerialOf(state) is > 0 and < long.MaxValue >> 16;

    /// <summary>The number that a subscription or a group has.</summary>
    public static long SerialOf(long state) => new SubscriptionState(state).Serial;

    /// <summary>Writes a group: where it is, and what became of the positions that were handed out.</summary>
    private static void WriteGroup<TMemory>(RingParts parts, int index, IBufferWriter<byte> into) where TMemory : struct, IMemory
    {
        ref GroupRecord record = ref parts.Groups.Records[index];
        GroupPart part;
        long cursor, next;
        do
        {
            long state = TMemory.LoadAcquire(ref record.State);
            cursor = GroupCursor.Advance<TMemory>(parts.Ring, parts.Groups, index, parts.Stride);
            next = Math.Clamp(TMemory.LoadAcquire(ref record.Next), cursor, cursor + parts.Ring.Capacity);
            part = GroupPart.Of<TMemory>(index, ref record, state, cursor, next);
            TMemory.LoadFence();
        }
        while (TMemory.LoadAcquire(ref record.State) != part.State);

        // It has ended: nothing follows. What is written for one that ends from here on is whole, though of no use.
        if (!new SubscriptionState(part.State).IsNamed)
        {
            Put(into, default(GroupPart));
            return;
        }

        Put(into, part);
        Span<GroupRun> runs = stackalloc GroupRun[RunsAtOnce];
        int count = 0;
        for (long position = cursor; position < next; position++)
        {
            GroupRun one = GroupRun.Of(new LedgerWord(TMemory.LoadAcquire(ref parts.Groups.Ledger(index, position))),
                parts.Groups.Lap(position)); // G4
            if (count > 0 && runs[count - 1].Continues(one))
            {
                runs[count - 1].Count++;
                continue;
            }

            if (count == RunsAtOnce)
            {
                into.Write(MemoryMarshal.AsBytes(runs));
                count = 0;
            }

            runs[count++] = one;
        }

        into.Write(MemoryMarshal.AsBytes(runs[..count]));
    }

    /// <summary>Fills a new ring with it. Precondition: the ring has its head, tail and words.</summary>
    /// <returns>Whether it can be what was written.</returns>
    public static bool TryRead(ReadOnlySpan<byte> side, RingParts parts)
    {
        if (side.IsEmpty) return true;
        if (!TryGet(ref side, out SideHeader header)) return false;
        if (header.Subscriptions < 0 || header.Groups < 0) return false;
        // Entries are written in order, so none twice.
        long least = 0;
        for (int i = 0; i < header.Subscriptions; i++)
        {
            if (!TryGet(ref side, out SubscriptionPart part)) return false;
            if (part.State == 0) continue;
            if (part.Index < least || !part.TryRestore(parts)) return false;
            least = part.Index + 1;
        }

        least = 0;
        for (int i = 0; i < header.Groups; i++)
        {
            if (!TryGet(ref side, out GroupPart part)) return false;
            if (part.State == 0) continue;
            if (part.Index < least || !TryRestoreGroup(ref side, part, parts)) return false;
            least = part.Index + 1;
        }

        return side.IsEmpty;
    }

    private static bool TryRestoreGroup(ref ReadOnlySpan<byte> side, in GroupPart part, RingParts parts)
    {
        if (!part.TryRestore(parts)) return false;
        long limit = parts.Ring.Tail & ~Segment.CompletedBit;
        long position = part.Cursor;
        while (position < part.Next)
        {
            if (!TryGet(ref side, out GroupRun run) || !run.IsPossible || run.Count > part.Next - position) return false;
            for (long end = position + run.Count; position < end; position++)
            {
                // Handed out, but not committed: it is gone, and its position will be another message's.
                if (position >= limit || position < parts.Ring.Head) continue;
                // There is no message, so it is nobody's, and the cursor passes it.
                if (*(long*)(parts.Ring.Slots + ((position & parts.Ring.Mask) * parts.Stride)) == SlotWord.Tombstone(position)) continue;
                parts.Groups.Ledger((int)part.Index, position) = run.Word(parts.Groups.Lap(position)).Word;
            }
        }

        return true;
    }

    private static bool IsNamed<TMemory>(ref long word) where TMemory : struct, IMemory =>
        new SubscriptionState(TMemory.LoadAcquire(ref word)).IsNamed;

    private static void Put<T>(IBufferWriter<byte> into, in T part) where T : unmanaged =>
        into.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in part)));

    private static bool TryGet<T>(ref ReadOnlySpan<byte> side, out T part) where T : unmanaged
    {
        if (!MemoryMarshal.TryRead(side, out part)) return false;
        side = side[sizeof(T)..];
        return true;
    }
}
