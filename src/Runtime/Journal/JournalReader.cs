using System.Globalization;

namespace TypedShmQueue.Journal;

/// <summary>
/// Reads a journal after a power failure: the newest complete generation, up to the first block that is not whole. What was reported as
/// committed and cannot be read is never left out silently.
/// </summary>
/// <typeparam name="TRules">The guards; <see cref="JournalRules"/> has all of them.</typeparam>
internal sealed class JournalReader<TRules>
    where TRules : struct, IJournalRules
{
    private const int SkippedGenerations = 1 << 20;

    private readonly string _queueName;
    private readonly JournalHeader _header;
    private readonly JournalWindow _window;
    private readonly uint _seed;
    private readonly JournalScan<TRules>[] _halves = new JournalScan<TRules>[2];

    private JournalReader(IJournalFile file, string queueName)
    {
        _queueName = queueName;
        _header = ReadHeader(file, queueName);
        _window = new JournalWindow(file, RecordHead.Size + (long)_header.MessageSize, queueName);
        _seed = JournalFormat.Seed(_header.QueueId);
    }

    /// <summary>
    /// Recovers a journal. Precondition: nobody writes to it. The recovery ends with the first commit of
    /// <see cref="JournalContents.Position"/>, a snapshot; a crash before that changes nothing.
    /// </summary>
    /// <param name="file">The journal.</param>
    /// <param name="queueName">For messages.</param>
    /// <param name="acceptLoss">Whether to go on without what was committed and cannot be read.</param>
    /// <exception cref="ShmQueueCorruptException">
    /// It is no journal, or something that was committed is lost; the message names the positions.
    /// </exception>
    /// <exception cref="IOException">The device cannot read.</exception>
    public static JournalContents Recover(IJournalFile file, string queueName, bool acceptLoss = false)
    {
        // What is read next may be in the device's cache only. If it were believed, the snapshot at the end of this recovery would go
        // over the generation that the device does hold.
        if (TRules.SyncsBeforeReading) file.Sync();
        JournalContents contents = Inspect(file, queueName);
        return !contents.HasLoss || acceptLoss ? contents : throw new ShmQueueCorruptException(queueName, Describe(contents, queueName));
    }

    /// <summary>Says what a journal holds, and changes nothing. Beside a writer, the answer may be of no single instant.</summary>
    /// <exception cref="ShmQueueCorruptException">It is no journal.</exception>
    public static JournalContents Inspect(IJournalFile file, string queueName) => new JournalReader<TRules>(file, queueName).Read();

    /// <summary>
    /// The latest epoch that a snapshot in the journal is of: each recovery begins one. Beside a writer it may be the one before.
    /// </summary>
    /// <exception cref="IOException">The device cannot read.</exception>
    public static long ReadEpoch(IJournalFile file, JournalHeader header)
    {
        JournalBuffer page = new(JournalFormat.Alignment);
        uint seed = JournalFormat.Seed(header.QueueId);
        long epoch = 0;
        for (int half = 0; half < 2; half++)
        {
            long start = header.HalfOffset(half);
            int read = file.Read(start, page.Span);
            if (BlockHeader.TryRead(page.Span[..read], seed, start, start + header.HalfSize, out BlockHeader block))
                epoch = Math.Max(epoch, JournalPosition.EpochOf(block.Generation));
        }

        return epoch;
    }

    /// <summary>The facts at the beginning of a journal.</summary>
    /// <exception cref="ShmQueueCorruptException">It is no journal.</exception>
    public static JournalHeader ReadHeader(IJournalFile file, string queueName)
    {
        long length = file.Length;
        JournalBuffer first = new(JournalFormat.Alignment);
        int read = length < JournalFormat.Alignment ? 0 : file.Read(0, first.Span);
        int size = JournalHeader.SizeOf(first.Span[..read], queueName);
        JournalBuffer whole = new(size);
        read = 0;
        while (read < size && file.Read(read, whole.Span[read..size]) is var more and >= JournalFormat.Alignment)
            read = (read + more) & -JournalFormat.Alignment;
        return JournalHeader.Read(whole.Span[..read], length, queueName);
    }

    private JournalContents Read()
    {
        for (int half = 0; half < 2; half++)
        {
            long start = _header.HalfOffset(half);
            _halves[half] = JournalScan<TRules>.Of(_window, _seed, start, start + _header.HalfSize);
        }

        long tried = 0, committed = 0, begun = 0;
        int begunHalf = 0;
        for (int half = 0; half < 2; half++)
        {
            foreach (BlockHeader block in _halves[half].Chain.Concat(_halves[half].Others))
            {
                tried = Math.Max(tried, block.Generation);
                committed = Math.Max(committed, block.Committed);
                // A commit is written after its snapshot is durable.
                if (block.IsSnapshot || block.Generation <= begun) continue;
                begun = block.Generation;
                begunHalf = half;
            }
        }

        int newest = _halves[1].Generation > _halves[0].Generation ? 1 : 0;
        if (_halves[newest].Generation > 0 && (!TRules.BelievesCommits || begun <= _halves[newest].Generation))
            return Assemble(newest, _halves[newest].Generation, tried, committed);
        return Choose(begunHalf, begun, tried, committed) ?? throw JournalHeader.Corrupt(_queueName, "neither half holds a whole snapshot, "
            + "and nothing in them says what they held: both were overwritten. Restore the file from a backup, or delete the queue");
    }

    /// <summary>
    /// The snapshot of the newest complete generation is damaged. Which generation that is may not be known: a later snapshot that is not
    /// whole was complete once, or was torn. So what loses least is taken.
    /// </summary>
    private JournalContents? Choose(int begunHalf, long begun, long tried, long committed)
    {
        JournalContents? best = begun > 0 ? Assemble(begunHalf, begun, tried, committed) : null;
        for (int half = 0; half < 2; half++)
        {
            foreach (BlockHeader snapshot in _halves[half].Others)
            {
                if (!snapshot.IsSnapshot || snapshot.Generation <= begun) continue;
                JournalContents other = Assemble(half, snapshot.Generation, tried, committed, wasComplete: true);
                if (best is null || other.LostCount < best.LostCount) best = other;
            }
        }

        return best;
    }

    /// <summary>Puts the blocks of a generation together, with what is left of those that are damaged.</summary>
    private JournalContents Assemble(int half, long generation, long tried, long committed, bool wasComplete = false)
    {
        JournalScan<TRules> scan = _halves[half];
        JournalAssembly<TRules> assembly = new(scan, _window, _header, JournalFormat.Seed(_seed, generation),
            _header.HalfOffset(half), _queueName);
        foreach (BlockHeader block in scan.Chain)
            if (scan.Generation == generation) assembly.AddWhole(block);
        if (TRules.LooksBehindTheEnd || scan.Generation != generation)
        {
            List<BlockHeader> later = [];
            foreach (BlockHeader block in scan.Others)
                if (block.Generation == generation && block.Sequence >= assembly.NextSequence) later.Add(block);
            // One block behind the end is a torn tail if it is the next one, and proves damage if it is not. What another block says was
            // committed was not torn.
            for (int i = 0; i < later.Count; i++)
            {
                bool wasCommitted = TRules.BelievesCommitted && committed > later[i].First && committed >= later[i].Limit;
                assembly.AddLater(later[i], mayBeTorn: i == later.Count - 1 && !wasComplete && !wasCommitted);
            }
        }

        return assembly.End(new JournalPosition
        {
            Mark = 1,
            Newest = JournalPosition.Pack(generation, half),
            // A generation that left no header may have left records. Its number must not be used again, so some are skipped. And a ring
            // of before this recovery, which somebody may find later, is of an earlier epoch.
            Tried = TRules.RaisesGenerations
                ? ((JournalPosition.EpochOf(tried) + 1) * JournalPosition.GenerationsInEpoch) + Random.Shared.Next(SkippedGenerations)
                : generation,
        }, TRules.BelievesCommitted ? committed : 0);
    }

    private static string Describe(JournalContents contents, string queueName)
    {
        const int Named = 8;
        // As people know them: the first one of a queue is 0.
        long first = contents.Header.Capacity;
        string positions = string.Join(", ",
            contents.Lost.Take(Named).Select(lost => new PositionRange(lost.First - first, lost.End - first)));
        if (contents.Lost.Count > Named)
            positions += string.Create(CultureInfo.InvariantCulture, $" and {contents.Lost.Count - Named} more ranges");
        long count = contents.LostCount;
        string what = contents.Lost.Count == 0
            ? "No message is lost, but what was taken or acknowledged last is not known and would come again"
            : string.Create(CultureInfo.InvariantCulture,
                $"{count} {(count == 1 ? "message" : "messages")} that {(count == 1 ? "was" : "were")} committed cannot be read: "
                    + $"{(count == 1 ? "position" : "positions")} {positions}");
        return $"The journal of the queue '{queueName}' is damaged: {contents.Damage}. {what}. The device has changed or lost what it "
            + "reported as written. Nothing was changed. Restore the file from a backup, or go on without what is lost: "
            + $"shmq repair {queueName} --accept-loss (with --directory and its folder).";
    }
}
