namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>What a commit costs, and the checksum.</summary>
public sealed class WriterTests
{
    [Fact]
    public void Commit_allocates_nothing()
    {
        var (_, _, writer, position) = RoundTripTests.Made();
        Endless source = new();
        for (int i = 0; i < 100; i++) writer.Append(ref position, ref source);
        // The runtime compiles methods again while they run, and allocates for that on whatever thread it is.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++) writer.Append(ref position, ref source);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
        position.Generation.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Crc_is_that_of_others()
    {
        (~Crc32C.Append(Crc32C.Empty, "123456789"u8)).ShouldBe(0xE3069283u);
        (~Crc32C.Append(Crc32C.Empty, new byte[32])).ShouldBe(0x8A9136AAu);
        uint parts = Crc32C.Append(Crc32C.Append(Crc32C.Empty, "12345"u8), "6789"u8);
        parts.ShouldBe(~0xE3069283u);
    }

    [Fact]
    public void Long_run_without_messages_is_one_record()
    {
        var (file, _, writer, position) = RoundTripTests.Made();
        ListSource source = new();
        writer.Append(ref position, ref source);
        source.Limit += 12;
        source.Send([1]);
        writer.Append(ref position, ref source);
        JournalReader<JournalRules>.Recover(file, "q").Last.RecordBytes.ShouldBe(RecordHead.Size + RecordHead.Size + 8);
    }

    /// <summary>
    /// A source that gives more than the journal was made for is an error of its caller, and leaves the journal as it was.
    /// </summary>
    [Fact]
    public void Snapshot_that_does_not_fit_is_refused()
    {
        var (file, _, writer, position) = RoundTripTests.Made(RoundTripTests.Header(more: 4096));
        ListSource source = new();
        source.Send([1]);
        writer.Append(ref position, ref source);
        source.Side = new byte[1 << 20];
        Should.Throw<InvalidOperationException>(() => writer.Append(ref position, ref source)).Message.ShouldContain("side state");
        position.Mark.ShouldBe(1);
        JournalReader<JournalRules>.Recover(file, "q").Limit.ShouldBe(9);
        source.Side = [];
        writer.Append(ref position, ref source).ShouldBe(9);
    }

    private sealed class Endless : IJournalSource
    {
        public long Head { get; private set; } = 8;

        public long Limit { get; private set; } = 8;

        public bool IsCompleted => false;

        public bool TryCopy(long position, Span<byte> into, out int length)
        {
            length = into.Length;
            into.Fill((byte)position);
            return position % 3 != 0;
        }

        public void WriteSideState(System.Buffers.IBufferWriter<byte> into)
        {
            into.GetSpan(8)[..8].Clear();
            into.Advance(8);
            Limit += 2;
            if (Limit - Head > 10) Head += 2;
        }
    }
}
