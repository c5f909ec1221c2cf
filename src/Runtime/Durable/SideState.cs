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
        int subscriptions = 0, groups = 0;
        for (int i = 0; i < parts.Subscriptions.InUse; i++)
        {
            if (StateOf<TMemory>(ref parts.Subscriptions.Records[i].State).IsNamed) subscriptions++;
        }

        for (int i = 0; i < parts.Groups.InUse; i++)
        {
            if (StateOf<TMemory>(ref parts.Groups.Records[i].State).IsNamed) groups++;
        }

        if (subscriptions == 0 && groups == 0) return;
        // What begins or ends meanwhile is in the next commit: the counts are of what was seen, and a part that has ended says so.
        Put(into, new SideHeader { Subscriptions = subscriptions, Groups = groups });
        for (int i = 0; i < parts.Subscriptions.InUse && subscriptions > 0; i++)
        {
            ref SubscriptionRecord record = ref parts.Subscriptions.Records[i];
            if (!StateOf<TMemory>(ref record.State).IsNamed) continue;
            Put(into, SubscriptionPart.Of<TMemory>(i, ref record));
            subscriptions--;
        }

        for (; subscriptions > 0; subscriptions--) Put(into, default(SubscriptionPart));
        for (int i = 0; i < parts.Groups.InUse && groups > 0; i++)
        {
            if (!StateOf<TMemory>(ref parts.Groups.Records[i].State).IsNamed) continue;
            WriteGroup<TMemory>(parts, i, into);
            groups--;
        }

        for (; groups > 0; groups--) Put(into, default(GroupPart));
    }

    /// <summary>Writes a group: where it is, and what became of the positions that were handed out.</summary>
    private static void WriteGroup<TMemory>(RingParts parts, int index, IBufferWriter<byte> into) where TMemory : struct, IMemory
    {
        ref GroupRecord record = ref parts.Groups.Records[index];
        long cursor = GroupCursor.Advance<TMemory>(parts.Ring, parts.Groups, index, parts.Stride);
        long next = Math.Clamp(TMemory.LoadAcquire(ref record.Next), cursor, cursor + parts.Ring.Capacity);
        GroupPart part = GroupPart.Of<TMemory>(index, ref record, cursor, next);
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
        for (int i = 0; i < header.Subscriptions; i++)
        {
            if (!TryGet(ref side, out SubscriptionPart part) || !part.TryRestore(parts)) return false;
        }

        for (int i = 0; i < header.Groups; i++)
        {
            if (!TryGet(ref side, out GroupPart part) || !TryRestoreGroup(ref side, part, parts)) return false;
        }

        return side.IsEmpty;
    }

    private static bool TryRestoreGroup(ref ReadOnlySpan<byte> side, in GroupPart part, RingParts parts)
    {
        if (part.State == 0) return true;
        if (!part.TryRestore(parts)) return false;
        long limit = parts.Ring.Tail & ~Segment.CompletedBit;
        long position = part.Cursor;
        while (position < part.Next)
        {
            if (!TryGet(ref side, out GroupRun run) || run.Count < 1 || run.Count > part.Next - position) return false;
            for (long end = position + run.Count; position < end; position++)
            {
                // Handed out, but not committed: it is gone, and its position will be another message's.
                if (position >= limit || position < parts.Ring.Head) continue;
                parts.Groups.Ledger((int)part.Index, position) = run.Word(parts.Groups.Lap(position)).Word;
            }
        }

        return true;
    }

    private static SubscriptionState StateOf<TMemory>(ref long word) where TMemory : struct, IMemory => new(TMemory.LoadAcquire(ref word));

    private static void Put<T>(IBufferWriter<byte> into, in T part) where T : unmanaged =>
        into.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in part)));

    private static bool TryGet<T>(ref ReadOnlySpan<byte> side, out T part) where T : unmanaged
    {
        if (!MemoryMarshal.TryRead(side, out part)) return false;
        side = side[sizeof(T)..];
        return true;
    }
}
