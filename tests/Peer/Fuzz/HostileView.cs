using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Peer.Fuzz;

/// <summary>A queue's file as somebody maps it who means no good: every word within reach, and a stock of values that hurt.</summary>
internal sealed class HostileView : IDisposable
{
    private const byte Canary = 0xa5;

    private static readonly int[] s_hotWords =
    [
        .. typeof(SegmentHeader).GetFields().Select(f => (int)Marshal.OffsetOf<SegmentHeader>(f.Name)).Where(offset => offset >= HotFrom),
    ];

    private static readonly long[] s_boundaries =
    [
        0, 1, 2, 3, -1, -2, int.MaxValue, uint.MaxValue, 1L << 31, 1L << 32, 1L << 60, 1L << 61, 1L << 62, (1L << 62) - 1,
        long.MaxValue - 1, long.MaxValue, long.MinValue, long.MinValue + 1,
    ];

    /// <summary>Where the words begin that change; and how many words of facts stand before them.</summary>
    private const int HotFrom = 512, PlainColdWords = 13, GroupColdWords = 20;

    /// <summary>Words of a group and of a lease entry that the protocol reads; a group's are on three pairs of lines.</summary>
    private static readonly int[] s_groupWords = [0, 128, 136, 256, 264, 272, 280, 296, 304, 312];
    private const int LeaseWords = 7;

    private readonly MappedWords _words;
    private readonly SegmentGeometry _geometry;

    public HostileView(string path, SegmentGeometry geometry)
    {
        _geometry = geometry;
        _words = new MappedWords(path, FileMode.Open, geometry.FileSize / sizeof(long));
    }

    /// <summary>The same of a file that may have a forged header, but one that a queue would open.</summary>
    public static HostileView OfOpenable(string path, SegmentGeometry created)
    {
        Span<SegmentHeader> header = new SegmentHeader[1];
        using (FileStream file = File.OpenRead(path)) file.ReadExactly(MemoryMarshal.AsBytes(header));
        return new HostileView(path, created with { Capacity = (int)header[0].Capacity, MaxParticipants = (int)header[0].MaxParticipants });
    }

    private int ColdWords => _geometry.MaxGroups > 0 ? GroupColdWords : PlainColdWords;

    public ref long At(long offset) => ref _words[offset / sizeof(long)];

    /// <summary>One word that the protocol reads gets a value that it would not write.</summary>
    public void RewriteHotWord(Random random)
    {
        ref long word = ref At(RandomHotOffset(random));
        Volatile.Write(ref word, RandomValue(random, word));
    }

    public void FlipBit(Random random)
    {
        ref long word = ref _words[random.NextInt64(_words.Count)];
        word ^= 1L << random.Next(64);
    }

    /// <summary>Two words of the header's first lines change places.</summary>
    public void SwapColdFields(Random random)
    {
        Span<uint> fields = MemoryMarshal.Cast<long, uint>(MemoryMarshal.CreateSpan(ref At(0), ColdWords));
        int one = random.Next(fields.Length), other = random.Next(fields.Length);
        (fields[one], fields[other]) = (fields[other], fields[one]);
    }

    public void RewriteColdField(Random random)
    {
        ref long word = ref At(random.Next(ColdWords) * sizeof(long));
        long value = RandomValue(random, word);
        // Half of them are fields of four bytes.
        if (random.Next(2) == 0) word = value;
        else Unsafe.As<long, int>(ref Unsafe.AddByteOffset(ref word, random.Next(2) * sizeof(int))) = (int)value;
    }

    public void RewriteSchema(Random random) =>
        At(_geometry.SchemaOffset + (random.Next(Math.Max(1, _geometry.SchemaLength / 8)) * 8)) = random.NextInt64();

    /// <summary>The header of another queue, true in itself; the file is to be given its length.</summary>
    /// <returns>That length.</returns>
    public long Forge(Random random)
    {
        SegmentGeometry forged = _geometry with { Capacity = 1 << random.Next(1, 12), MaxParticipants = random.Next(1, 20) };
        ref SegmentHeader header = ref Unsafe.As<long, SegmentHeader>(ref At(0));
        header.Capacity = (uint)forged.Capacity;
        header.MaxParticipants = (uint)forged.MaxParticipants;
        header.LaneCount = (uint)forged.LaneCount;
        header.LanesOffset = forged.LanesOffset;
        header.SchemaOffset = forged.SchemaOffset;
        header.SlotsOffset = forged.SlotsOffset;
        header.SubscriptionsOffset = forged.SubscriptionsOffset;
        header.GroupsOffset = forged.GroupsOffset;
        header.LeasesOffset = forged.LeasesOffset;
        header.LedgersOffset = forged.LedgersOffset;
        header.FileSize = forged.FileSize;
        return forged.FileSize;
    }

    /// <summary>Nobody is between a claim and its publication any more.</summary>
    public void ClearLanes()
    {
        for (int i = 0; i < _geometry.LaneCount; i++) Volatile.Write(ref At(LaneOffset(i) + 8), 0);
    }

    /// <summary>No group holds anybody back any more.</summary>
    public void ClearGroups()
    {
        for (int i = 0; i < _geometry.MaxGroups; i++) Volatile.Write(ref At(GroupOffset(i) + StateOffset), 0);
    }

    /// <summary>Marks the bytes that no queue operation has any business with.</summary>
    public void SetCanaries()
    {
        foreach (ref byte b in SchemaPadding) b = Canary;
        foreach (ref byte b in EndPadding) b = Canary;
    }

    /// <exception cref="InvalidDataException">Somebody wrote there.</exception>
    public void CheckCanaries()
    {
        if (SchemaPadding.ContainsAnyExcept(Canary) || EndPadding.ContainsAnyExcept(Canary))
            throw new InvalidDataException("A queue operation wrote where it has no business.");
    }

    public byte[] ColdBytes() => [.. Bytes(0, HotFrom)];

    public void Dispose() => _words.Dispose();

    private Span<byte> SchemaPadding => Bytes(_geometry.SchemaOffset + _geometry.SchemaLength, _geometry.SlotsOffset);

    private Span<byte> EndPadding => Bytes(_geometry.MaxGroups > 0
        ? LedgerOffset(_geometry.MaxGroups, 0)
        : _geometry.SlotsOffset + ((long)_geometry.Capacity * _geometry.SlotStride), _geometry.FileSize);

    private Span<byte> Bytes(long from, long to)
    {
        int skipped = (int)(from % sizeof(long));
        return MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref At(from == _geometry.FileSize ? 0 : from),
            (int)((to - from + skipped + 7) / 8)))[skipped..][..(int)(to - from)];
    }

    private long RandomHotOffset(Random random)
    {
        if (_geometry.MaxGroups > 0 && random.Next(2) == 0) return RandomGroupOffset(random);
        switch (random.Next(8))
        {
            case 0 or 1 or 2: return s_hotWords[random.Next(s_hotWords.Length)];
            case 3 or 4: return SlotOffset(random.Next(_geometry.Capacity)) + (random.Next(4) == 0 ? 8 : 0);
            case 5 or 6: return LaneOffset(random.Next(Math.Min(_geometry.LaneCount, 4))) + (random.Next(3) * 8);
            default: return SegmentGeometry.ParticipantsOffset + (random.Next(_geometry.MaxParticipants) * Segment.LinePair)
                + (random.Next(16) * 8);
        }
    }

    private long RandomGroupOffset(Random random) => random.Next(5) switch
    {
        0 or 1 => GroupOffset(random.Next(_geometry.MaxGroups)) + s_groupWords[random.Next(s_groupWords.Length)],
        2 => LedgerOffset(random.Next(_geometry.MaxGroups), random.Next(_geometry.Capacity)),
        _ => _geometry.LeasesOffset + (random.Next(_geometry.MaxLeases) * Segment.LinePair) + (random.Next(LeaseWords) * sizeof(long)),
    };

    private long RandomLedgerWord(Random random)
    {
        long lap = (RandomPosition(random) / _geometry.Capacity) & LedgerWord.LapMask;
        int delivery = random.Next(3) == 0 ? random.Next(4096) : random.Next(4);
        return (random.Next(4) switch
        {
            0 => LedgerWord.Leased(lap, delivery),
            1 => LedgerWord.Returned(lap, delivery),
            2 => LedgerWord.Done(lap, delivery),
            _ => LedgerWord.BeforeLap(lap),
        }).Word;
    }

    private long RandomValue(Random random, long old)
    {
        if (_geometry.MaxGroups > 0 && random.Next(4) == 0) return RandomLedgerWord(random);
        switch (random.Next(8))
        {
            case 0: return s_boundaries[random.Next(s_boundaries.Length)];
            case 1: return RandomPosition(random);
            case 2: return SlotWord.Published(RandomPosition(random));
            case 3: return SlotWord.Tombstone(RandomPosition(random));
            case 4: return At(RandomHotOffset(random));
            case 5: return old ^ (1L << random.Next(64));
            case 6: return old + random.Next(-2, 3);
            default: return random.Next(4) == 0
                ? RandomPosition(random) | Segment.CompletedBit
                : random.NextInt64(long.MinValue, long.MaxValue);
        }
    }

    /// <summary>Somewhere near one that is in use.</summary>
    private long RandomPosition(Random random)
    {
        long near = random.Next(3) switch { 0 => At(Tail) & ~Segment.CompletedBit, 1 => At(Head), _ => _geometry.Capacity };
        return unchecked(near + random.Next(-_geometry.Capacity - 1, _geometry.Capacity + 2));
    }

    private static int Tail { get; } = (int)Marshal.OffsetOf<SegmentHeader>(nameof(SegmentHeader.Tail));

    private static int Head { get; } = (int)Marshal.OffsetOf<SegmentHeader>(nameof(SegmentHeader.Head));

    private long SlotOffset(int index) => _geometry.SlotsOffset + ((long)index * _geometry.SlotStride);

    private const int StateOffset = 256;

    private long GroupOffset(int index) => _geometry.GroupsOffset + ((long)index * GroupRecord.Size);

    private long LedgerOffset(int group, int slot) => _geometry.LedgersOffset + (((long)group * _geometry.Capacity) + slot) * sizeof(long);

    private long LaneOffset(int index) => _geometry.LanesOffset + ((long)index * Segment.LinePair);
}
