namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>What is written is read.</summary>
public sealed class RoundTripTests
{
    internal static JournalHeader Header(int messageSize = 64, int capacity = 16, long side = 4096, long more = 1 << 16) => new()
    {
        QueueId = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        HalfSize = JournalHeader.SnapshotSizeFor(capacity, messageSize, side) + JournalFormat.Align(more),
        Schema = "struct Trade { }"u8.ToArray(),
        SchemaId = 0x1122334455667788,
        Roles = 5,
        MessageSize = messageSize,
        Capacity = capacity,
        MaxParticipants = 64,
        MaxSubscriptions = 3,
        MaxGroups = 2,
        MaxLeases = 7,
        Permissions = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        RetentionMilliseconds = 1000,
        CreatedUnixMilliseconds = 1_700_000_000_000,
        MaxSideBytes = side,
    };

    internal static (MemoryFile File, JournalHeader Header, JournalWriter<JournalRules> Writer, JournalPosition Position) Made(
        JournalHeader? header = null)
    {
        MemoryFile file = new();
        header ??= Header();
        JournalWriter<JournalRules>.Create(file, header);
        file.Length.ShouldBe(header.FileLength);
        return (file, header, new JournalWriter<JournalRules>(file, header), JournalPosition.Beginning(8));
    }

    [Fact]
    public void Header_comes_back()
    {
        var (file, header, _, _) = Made();
        JournalHeader read = JournalReader<JournalRules>.ReadHeader(file, "q");
        read.Schema.ToArray().ShouldBe(header.Schema.ToArray());
        (read with { Schema = header.Schema }).ShouldBe(header);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(5000)]
    [InlineData(1_500_000)]
    public void Commits_and_snapshots_come_back(int messageSize)
    {
        Random random = new(messageSize);
        (int rounds, int capacity) = messageSize < 1_000_000 ? (60, 16) : (20, 3);
        var (file, _, writer, position) = Made(Header(messageSize, capacity, more: messageSize + (1 << 15)));
        ListSource source = new();
        for (int round = 0; round < rounds; round++)
        {
            for (int i = random.Next(4); i > 0 && source.Limit - source.Head < capacity; i--)
            {
                byte[] message = new byte[random.Next(messageSize + 1)];
                random.NextBytes(message);
                source.Send(message);
            }

            // What is taken out of order is in the side state; here it is taken in order, or was never published.
            foreach (long taken in source.Messages.Keys.Take(random.Next(4)).ToArray()) source.Messages.Remove(taken);
            source.Head = source.Messages.Keys.FirstOrDefault(source.Limit);
            if (random.Next(4) == 0 && source.Limit - source.Head < capacity) source.Limit++;
            source.Side = new byte[random.Next(4096)];
            random.NextBytes(source.Side);
            source.IsCompleted = round == rounds - 1;
            while (writer.Append(ref position, ref source) < source.Limit)
            {
            }

            JournalContents contents = JournalReader<JournalRules>.Recover(file, "q");
            contents.Damage.ShouldBeNull();
            ListSource.Of(contents).ShouldBe(source);
            JournalPosition found = contents.Position;
            found.Mark.ShouldBe(1);
            found.Tried.ShouldBeGreaterThanOrEqualTo(position.Tried);
            (found.Mark, found.Tried, found.Check) = (0, position.Tried, position.Check);
            found.ShouldBe(position);
        }

        position.Generation.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Large_commit_is_cut()
    {
        var (file, _, writer, position) = Made(Header(100_000, capacity: 64, more: 16 << 20));
        ListSource source = new();
        writer.Append(ref position, ref source).ShouldBe(8);
        for (int i = 0; i < 64; i++) source.Send(new byte[100_000]);
        int syncs = file.Syncs;
        long first = writer.Append(ref position, ref source);
        first.ShouldBe(8 + 11);
        while (writer.Append(ref position, ref source) < source.Limit)
        {
        }

        (file.Syncs - syncs).ShouldBe(6);
        ListSource.Of(JournalReader<JournalRules>.Recover(file, "q")).ShouldBe(source);
    }
}
