using System.Buffers.Binary;

namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>A file that is no journal, or not this one, is refused with a sentence, and not changed.</summary>
public sealed class HeaderTests
{
    [Fact]
    public void Every_byte_of_the_header_counts()
    {
        var (file, header, _, _) = RoundTripTests.Made();
        for (int at = 0; at < header.HeaderSize; at++)
        {
            file.Bytes[at] ^= 0x10;
            Refused(file);
            file.Bytes[at] ^= 0x10;
        }

        JournalReader<JournalRules>.ReadHeader(file, "q").QueueId.ShouldBe(header.QueueId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(8192)]
    public void Truncated_file_is_refused(int length)
    {
        var (file, _, _, _) = RoundTripTests.Made();
        file.Bytes = file.Bytes[..length];
        Refused(file).ShouldContain(length < 4096 ? "another kind of file" : $"{length} bytes long");
    }

    [Fact]
    public void Extended_file_is_refused()
    {
        var (file, header, _, _) = RoundTripTests.Made();
        file.Bytes = [.. file.Bytes, .. new byte[4096]];
        Refused(file).ShouldContain($"it must be {header.FileLength}");
    }

    [Fact]
    public void Truncated_long_header_is_refused()
    {
        var (file, _, _, _) = RoundTripTests.Made(RoundTripTests.Header() with { Schema = new byte[10_000] });
        file.Bytes = file.Bytes[..8192];
        Refused(file).ShouldContain("truncated");
    }

    [Fact]
    public void Another_kind_of_file_is_refused()
    {
        MemoryFile file = new() { Bytes = new byte[100_000] };
        Refused(file).ShouldContain("another kind of file");
        Random.Shared.NextBytes(file.Bytes);
        Refused(file).ShouldContain("another kind of file");
        BinaryPrimitives.WriteUInt64LittleEndian(file.Bytes, QueueMark.Magic);
        Refused(file).ShouldContain("another kind of file");
    }

    [Fact]
    public void Another_version_is_named()
    {
        var (file, _, _, _) = RoundTripTests.Made();
        BinaryPrimitives.WriteUInt32LittleEndian(file.Bytes.AsSpan(8), 7);
        Refused(file).ShouldContain("version 7, but this library supports version 1");
    }

    [Theory]
    [InlineData(0, 16, 0, 73728, "messages have 0 bytes")]
    [InlineData(64, 0, 0, 73728, "capacity is 0")]
    [InlineData(64, 16, -1, 73728, "side state has up to -1 bytes")]
    [InlineData(64, 16, 0, 4095, "a half has 4095 bytes")]
    [InlineData(64, 1 << 30, 0, 73728, "a half has 73728 bytes")]
    [InlineData(64, 16, 0, -4096, "a half has -4096 bytes")]
    [InlineData(64, 16, 0, long.MaxValue & -4096, "a half has 9223372036854771712 bytes")]
    public void Numbers_out_of_range_are_refused_although_the_checksum_is_right(int message, int capacity, long side, long half,
        string words)
    {
        JournalHeader header = RoundTripTests.Header() with
            { MessageSize = message, Capacity = capacity, MaxSideBytes = side, HalfSize = half };
        MemoryFile file = new() { Bytes = new byte[header.HeaderSize + 147456] };
        header.Write(file.Bytes);
        Refused(file).ShouldContain(words);
        Should.Throw<ArgumentException>(() => JournalWriter<JournalRules>.Create(file, header)).Message.ShouldContain(words);
    }

    [Fact]
    public void Blocks_of_another_queue_are_no_blocks()
    {
        var (file, header, writer, position) = RoundTripTests.Made();
        ListSource source = new();
        source.Send([1, 2, 3]);
        writer.Append(ref position, ref source);
        (header with { QueueId = Guid.NewGuid() }).Write(file.Bytes);
        Should.Throw<ShmQueueCorruptException>(() => JournalReader<JournalRules>.Recover(file, "q", acceptLoss: true))
            .Message.ShouldContain("neither half holds a whole snapshot");
    }

    [Fact]
    public void A_half_holds_the_largest_queue()
    {
        foreach (int capacity in new[] { 1, 2, 1 << 20, 1 << 30 })
        {
            foreach (int size in new[] { 1, 7, 64, 1 << 20, 1 << 30 })
            {
                foreach (long side in new[] { 0L, 1 << 20, 1 << 30 })
                {
                    long snapshot = JournalHeader.SnapshotSizeFor(capacity, size, side);
                    decimal needed = (capacity * ((decimal)size + RecordHead.Size)) + side + BlockHeader.Size;
                    ((decimal)snapshot).ShouldBeGreaterThanOrEqualTo(needed);
                    long half = JournalHeader.HalfSizeFor(capacity, size, side);
                    (half % JournalFormat.Alignment).ShouldBe(0);
                    half.ShouldBeGreaterThanOrEqualTo(snapshot + Math.Max(snapshot, 1 << 20));
                    JournalHeader header = RoundTripTests.Header() with
                        { Capacity = capacity, MessageSize = size, MaxSideBytes = side, HalfSize = half };
                    header.Fault.ShouldBe(half > long.MaxValue / 4 ? header.Fault : null);
                    header.FileLength.ShouldBeGreaterThan(2 * half);
                }
            }
        }
    }

    private static string Refused(MemoryFile file)
    {
        byte[] before = [.. file.Bytes];
        string words = Should.Throw<ShmQueueCorruptException>(
            () => JournalReader<JournalRules>.Recover(file, "q", acceptLoss: true)).Message;
        file.Bytes.AsSpan().SequenceEqual(before).ShouldBeTrue();
        words.ShouldStartWith("The journal of the queue 'q' cannot be used: ");
        return words;
    }
}
