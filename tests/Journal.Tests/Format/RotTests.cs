namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>What was committed and cannot be read is named, position by position, and all else is there.</summary>
public sealed class RotTests
{
    private readonly MemoryFile _file;
    private readonly JournalHeader _header;
    private readonly List<JournalContents> _after = [];

    /// <summary>A snapshot of nothing, then four commits of three messages: 8 to 10, 11 to 13, 14 to 16, 17 to 19.</summary>
    public RotTests()
    {
        (_file, _header, JournalWriter<JournalRules> writer, JournalPosition position) = RoundTripTests.Made();
        ListSource source = new() { Side = [1] };
        writer.Append(ref position, ref source);
        for (int commit = 0; commit < 4; commit++)
        {
            for (int i = 0; i < 3; i++) source.Send([.. Enumerable.Repeat((byte)source.Limit, 50)]);
            source.Side = [(byte)(2 + commit)];
            writer.Append(ref position, ref source);
            _after.Add(JournalReader<JournalRules>.Recover(new MemoryFile { Bytes = [.. _file.Bytes] }, "q"));
        }
    }

    [Theory]
    [InlineData(0, new long[] { 8 })]
    [InlineData(1, new long[] { 9 })]
    [InlineData(2, new long[] { 10 })]
    public void Payload(int record, long[] lost) => MustLose(Record(0, record) + RecordHead.Size + 20, 1, lost);

    [Fact]
    public void Head_of_a_record() => MustLose(Record(1, 1), 1, [12]);

    [Fact]
    public void Many_records() => MustLose(Record(1, 0) + 20, RecordHead.Size + 56 + 20, [11, 12]);

    [Fact]
    public void Side_state_of_a_block_in_the_middle() => MustLose(_after[1].Last.SideOffset, 1, []);

    [Fact]
    public void Header_of_a_block() => MustLose(_after[1].Last.Offset + 16, 1, []);

    [Fact]
    public void Whole_block() => MustLose(_after[1].Last.Offset, 4096, [11, 12, 13]);

    [Fact]
    public void Two_blocks() => MustLose(_after[0].Last.Offset, 8192, [8, 9, 10, 11, 12, 13]);

    [Fact]
    public void Snapshot_with_commits_behind_it() => MustLose(_header.HalfOffset(0), 4096, []);

    [Fact]
    public void Everything_but_the_last_block() => MustLose(_header.HalfOffset(0), 16384, [8, 9, 10, 11, 12, 13, 14, 15, 16]);

    /// <summary>As if it had been torn: that is what cannot be told apart.</summary>
    [Fact]
    public void Last_block_is_a_torn_tail()
    {
        _file.Bytes[_after[3].Last.RecordsOffset + 30] ^= 1;
        JournalContents contents = JournalReader<JournalRules>.Recover(_file, "q");
        (contents.Limit, contents.Damage).ShouldBe((17, null));
        contents.SideState.ToArray().ShouldBe([4]);
    }

    /// <summary>A later snapshot that is torn itself says what had been committed.</summary>
    [Fact]
    public void Last_block_is_missed_where_a_later_one_names_it()
    {
        JournalPosition position = _after[3].Position;
        ListSource source = ListSource.Of(_after[3]);
        new JournalWriter<JournalRules>(_file, _header).Rewrite(ref position, ref source);
        _file.Bytes[_header.HalfOffset(1) + BlockHeader.Size + 3] ^= 1;
        JournalReader<JournalRules>.Recover(_file, "q").Limit.ShouldBe(20);
        _file.Bytes.AsSpan((int)_after[3].Last.Offset, 4096).Clear();
        Refused().ShouldContain(Named([17, 18, 19]));
    }

    [Fact]
    public void After_the_loss_is_accepted_the_journal_is_whole()
    {
        _file.Bytes.AsSpan((int)_after[1].Last.Offset, 4096).Clear();
        JournalContents contents = JournalReader<JournalRules>.Recover(_file, "q", acceptLoss: true);
        ListSource source = ListSource.Of(contents);
        JournalPosition position = contents.Position;
        new JournalWriter<JournalRules>(_file, _header).Append(ref position, ref source).ShouldBe(20);
        JournalContents again = JournalReader<JournalRules>.Recover(_file, "q");
        again.Damage.ShouldBeNull();
        ListSource.Of(again).ShouldBe(source);
    }

    private long Record(int commit, int record) => _after[commit].Last.RecordsOffset + (record * (RecordHead.Size + 56));

    /// <summary>As people know positions: the first one of a queue is 0.</summary>
    private string Named(long[] lost) => lost.Length == 1
        ? $"position {lost[0] - _header.Capacity}."
        : $"positions {lost[0] - _header.Capacity} to {lost[^1] - _header.Capacity}.";

    private string Refused() => Should.Throw<ShmQueueCorruptException>(() => JournalReader<JournalRules>.Recover(_file, "q")).Message;

    private void MustLose(long offset, int length, long[] lost)
    {
        foreach (ref byte rotten in _file.Bytes.AsSpan((int)offset, length)) rotten ^= 0x55;
        JournalContents contents = JournalReader<JournalRules>.Recover(_file, "q", acceptLoss: true);
        contents.Damage.ShouldNotBeNull();
        contents.Lost.SelectMany(range => Enumerable.Range((int)range.First, (int)(range.End - range.First)).Select(p => (long)p))
            .ShouldBe(lost);
        (contents.Head, contents.Limit).ShouldBe((8, 20));
        contents.SideState.ToArray().ShouldBe([5]);
        ListSource found = ListSource.Of(contents);
        found.Messages.Keys.ShouldBe(Enumerable.Range(8, 12).Select(p => (long)p).Except(lost));
        foreach ((long position, byte[] message) in found.Messages) message.ShouldBe(Enumerable.Repeat((byte)position, 50));
        if (lost.Length > 0) Refused().ShouldContain(Named(lost));
        else JournalReader<JournalRules>.Recover(_file, "q").Limit.ShouldBe(20);
    }
}
