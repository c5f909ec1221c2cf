using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue.Journal.Tests.Simulating;

/// <summary>What happened in simulations.</summary>
internal sealed class SimulationCounts
{
    public long Crashes { get; set; }

    public long Subsets { get; set; }

    public long CrashedRecoveries { get; set; }

    public long Deaths { get; set; }

    public long FailedSyncs { get; set; }

    public long Lies { get; set; }

    public long ReportedLies { get; set; }

    public long Flips { get; set; }

    public long ReportedFlips { get; set; }

    /// <summary>Flips in the last block: what came back is what was there before it.</summary>
    public long Undecidable { get; set; }
}

/// <summary>What a simulation does beside losing power and processes.</summary>
/// <param name="ReadsCache">The seeded fault of the file: recovery reads the page cache.</param>
/// <param name="Subsets">One of how many crashes with few dirty sectors is checked with every subset of them; 0 is none.</param>
/// <param name="Flips">Bits to flip at each crash.</param>
internal sealed record SimulationOptions(bool ReadsCache = false, int Subsets = 8, int Flips = 2)
{
    /// <summary>Up to so many are few: twelve sectors that are either old or new.</summary>
    public const int MostImages = 1 << 12;
}

/// <summary>
/// One journal and a queue that sends, finishes out of order and commits, on a disk that fails, until chance has had enough. Its seed
/// decides everything.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "With a fault seeded, anything can be thrown.")]
internal sealed class Simulation<TRules>
    where TRules : struct, IJournalRules
{
    private const string Name = "simulated";

    private readonly Random _random;
    private readonly SimulationOptions _options;
    private readonly SimulationCounts _counts;
    private readonly SimulatedDisk _disk;
    private readonly JournalHeader _header;
    private readonly JournalWriter<TRules> _writer;
    private readonly Ledger _ledger = new();
    private readonly double _fault;
    private readonly bool _lies;
    private ModelQueue _queue;
    private JournalPosition _position = JournalPosition.Beginning(ModelQueue.Capacity);
    private int _nextId = 1;
    private bool _isQuiet = true;

    private Simulation(int seed, SimulationOptions options, SimulationCounts counts)
    {
        _random = new Random(seed);
        _options = options;
        _counts = counts;
        _header = new JournalHeader
        {
            QueueId = new Guid(seed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            HalfSize = JournalHeader.SnapshotSizeFor(ModelQueue.Capacity, ModelQueue.MaxMessage, ModelQueue.MaxSide)
                + (JournalFormat.Alignment * _random.Next(1, 8)),
            Schema = ReadOnlyMemory<byte>.Empty,
            MessageSize = ModelQueue.MaxMessage,
            Capacity = ModelQueue.Capacity,
            MaxSideBytes = ModelQueue.MaxSide,
        };
        _disk = new SimulatedDisk(_random.Next(3) == 0 ? 4096 : 512, _header.FileLength, _random)
        {
            At = Step,
            ReadsCache = options.ReadsCache,
        };
        _writer = new JournalWriter<TRules>(_disk, _header);
        _queue = NewQueue();
        _fault = _random.Next(4) switch { 0 => 0, 1 => 0.004, 2 => 0.01, _ => 0.03 };
        _lies = _random.Next(8) == 0;
    }

    /// <summary>Runs one simulation.</summary>
    /// <exception cref="Violation">The ledger does not balance.</exception>
    public static void Run(int seed, SimulationOptions options, SimulationCounts counts)
    {
        Simulation<TRules> simulation = new(seed, options, counts);
        SimulatedSteps.Reached = simulation.Step;
        try
        {
            simulation.Run();
        }
        finally
        {
            SimulatedSteps.Reached = null;
            counts.FailedSyncs += simulation._disk.FailedSyncs;
            counts.Lies += simulation._disk.ToldLies;
        }
    }

    private void Run()
    {
        JournalWriter<TRules>.Create(_disk, _header);
        // A journal gets its name when its first snapshot is durable.
        _writer.Rewrite(ref _position, ref _queue);
        _disk.Sync();
        Promise(_queue, _queue.Limit);
        _isQuiet = false;
        _disk.FailsSyncs = _random.Next(3) switch { 0 => 0, 1 => 0.02, _ => 0.1 };
        _disk.Lies = _lies ? 0.2 : 0;
        int acts = _random.Next(30, 150);
        for (int act = 0; act < acts; act++)
        {
            try
            {
                Act();
            }
            catch (DiedException)
            {
                // Another process goes on with the same memory.
                _counts.Deaths++;
            }
            catch (IOException)
            {
                // Nothing was committed; the next commit finds the mark.
            }
            catch (PowerException)
            {
                Crash(losesPower: true);
            }
        }
    }

    private ModelQueue NewQueue() => new(_random) { Meanwhile = Meanwhile };

    private void Act()
    {
        switch (_random.Next(20))
        {
            case < 8:
                for (int count = _random.Next(1, 4); count > 0 && _queue.HasRoom; count--) Send();
                break;
            case < 13:
                Finish();
                break;
            case < 19:
                Commit(_random.Next(25) == 0);
                break;
            default:
                switch (_random.Next(6))
                {
                    case 0:
                        Crash(losesPower: false);
                        break;
                    case 1:
                        _queue.IsCompleted |= _random.Next(4) == 0;
                        break;
                    case < 4:
                        throw new PowerException();
                }

                break;
        }
    }

    private void Send()
    {
        _ledger.Sent(_queue.Limit, _nextId);
        _queue.Send(_nextId++);
    }

    private void Finish()
    {
        _queue.FinishOne();
        _ledger.Finished(_queue.Done);
        _ledger.Finished(Enumerable.Range(1, ModelQueue.Capacity).Select(back => _queue.Head - back));
    }

    /// <summary>Others send and finish while a commit copies.</summary>
    private void Meanwhile()
    {
        if (_isQuiet || _random.Next(20) != 0) return;
        if (_random.Next(2) == 0) Finish();
        else if (_queue.HasRoom) Send();
    }

    private void Commit(bool isRewrite)
    {
        (long head, long[] done, bool isCompleted) = (_queue.Head, [.. _queue.Done], _queue.IsCompleted);
        long limit = isRewrite ? _writer.Rewrite(ref _position, ref _queue) : _writer.Append(ref _position, ref _queue);
        _ledger.Committed(head, done, isCompleted, limit);
    }

    private void Promise(ModelQueue queue, long limit) => _ledger.Committed(queue.Head, queue.Done, queue.IsCompleted, limit);

    /// <summary>A process dies, or the power fails.</summary>
    private void Step(string step)
    {
        if (_isQuiet) return;
        // At every step of a commit: a consumer may look now.
        _ledger.Seen(_position.Limit);
        double chance = _random.NextDouble();
        if (chance < _fault) throw new DiedException();
        if (chance < 2 * _fault) throw new PowerException();
    }

    private void Crash(bool losesPower)
    {
        ModelQueue memory = _queue;
        bool hasLied = _disk.HasLied;
        if (losesPower && _options.Subsets > 0 && _random.Next(_options.Subsets) == 0) CheckSubsets(memory, hasLied);
        if (losesPower) LosePower();
        for (int tries = 0; ; tries++)
        {
            if (tries == 30) (_isQuiet, _disk.FailsSyncs) = (true, 0);
            hasLied |= _disk.HasLied;
            try
            {
                if (_options.Flips > 0 && losesPower) CheckFlips();
                if (!TryRecover(memory, hasLied)) return;
                _isQuiet = false;
                return;
            }
            catch (DiedException)
            {
                _counts.CrashedRecoveries++;
            }
            catch (IOException)
            {
                _counts.CrashedRecoveries++;
            }
            catch (PowerException)
            {
                _counts.CrashedRecoveries++;
                hasLied |= _disk.HasLied;
                LosePower();
            }
        }
    }

    private void LosePower()
    {
        _disk.LosePower();
        _counts.Crashes++;
    }

    /// <summary>Recovers, and checks. Until its snapshot is durable, nothing is promised anew.</summary>
    private bool TryRecover(ModelQueue memory, bool hasLied)
    {
        JournalContents contents;
        ModelQueue found;
        if (hasLied)
        {
            contents = RecoverOlder(_disk);
            found = QueueOf(contents);
            _ledger.CheckOlder(found, contents.Lost);
            // It was reported, and accepted: a recovery that comes after this one finds a journal without them.
            _ledger.Accept(contents.Lost);
        }
        else
        {
            contents = Recover(_disk);
            found = QueueOf(contents);
            _ledger.Check(found, memory);
        }

        JournalPosition position = contents.Position;
        found.Meanwhile = null;
        _writer.Rewrite(ref position, ref found);
        found.Meanwhile = Meanwhile;
        _position = position;
        _queue = found;
        _ledger.Recovered(found);
        return true;
    }

    private ModelQueue QueueOf(JournalContents contents)
    {
        ModelQueue queue = ModelQueue.Of(contents, _random);
        queue.Meanwhile = Meanwhile;
        return queue;
    }

    private static JournalContents Recover(IJournalFile file)
    {
        try
        {
            return JournalReader<TRules>.Recover(file, Name);
        }
        catch (ShmQueueCorruptException e)
        {
            throw new Violation(ViolationKind.FalseAlarm, e.Message);
        }
    }

    /// <summary>From a disk that lied, or whose bits flip: what is lost may be reported, and then recovery goes on without it.</summary>
    private JournalContents RecoverOlder(IJournalFile file)
    {
        try
        {
            return JournalReader<TRules>.Recover(file, Name);
        }
        catch (ShmQueueCorruptException)
        {
            _counts.ReportedLies++;
            return JournalReader<TRules>.Recover(file, Name, acceptLoss: true);
        }
    }

    /// <summary>Every combination of versions of the sectors that were not synced, where they are few, is recovered once.</summary>
    private void CheckSubsets(ModelQueue memory, bool hasLied)
    {
        long images = _disk.Images;
        if (images is 1 or > SimulationOptions.MostImages) return;
        for (int image = 0; image < images; image++)
        {
            SimulatedDisk after = _disk.AfterPowerFailure(image);
            _counts.Subsets++;
            JournalContents contents = hasLied ? RecoverOlder(after) : Recover(after);
            if (hasLied) _ledger.CheckOlder(ModelQueue.Of(contents, _random), contents.Lost);
            else _ledger.Check(ModelQueue.Of(contents, _random), memory);
        }
    }

    /// <summary>Flips bits of what is durable, one at a time, and takes them back.</summary>
    private void CheckFlips()
    {
        SimulatedDisk intact = _disk.AfterPowerFailure(0);
        JournalContents truth;
        ModelQueue whole;
        try
        {
            truth = JournalReader<TRules>.Recover(intact, Name);
            whole = ModelQueue.Of(truth, _random);
        }
        catch (ShmQueueCorruptException)
        {
            return; // it lied, or a fault is seeded: the recovery itself says so
        }

        for (int flip = 0; flip < _options.Flips; flip++)
        {
            // Mostly where the newest generation is.
            long offset = _random.Next(4) == 0 ? _random.NextInt64(_disk.Length)
                : truth.Last.Offset - (truth.Last.Offset - _header.HeaderSize) % _header.HalfSize is var start && _random.Next(3) > 0
                    ? _random.NextInt64(start, truth.Last.End) : _random.NextInt64(truth.Last.Offset, truth.Last.End);
            _counts.Flips++;
            CheckFlip(truth, whole, _disk.WithFlippedBit((int)offset, _random.Next(8)), offset);
        }
    }

    private void CheckFlip(JournalContents truth, ModelQueue whole, SimulatedDisk flipped, long offset)
    {
        JournalContents contents;
        try
        {
            contents = JournalReader<TRules>.Recover(flipped, Name);
            if (IsSame(contents, truth)) return;
            // It would have been the same block torn. What was there before it has come back, and nothing else.
            if (offset < truth.Last.Offset || offset >= truth.Last.End)
                throw Rot($"byte {offset} flipped, and what came back differs without a word");
            if (contents.Limit < CommittedOn(flipped))
                throw Rot($"byte {offset} of the last block flipped, and it is not missed, although another says that it was committed");
            ModelQueue older = ModelQueue.Of(contents, _random);
            if (contents.Limit > truth.Limit || contents.Head > truth.Head || older.Messages.Any(
                message => message.Key >= truth.Head && whole.Messages.TryGetValue(message.Key, out int id) && id != message.Value))
                throw Rot($"byte {offset} of the last block flipped, and what came back was not there before it");
            _counts.Undecidable++;
            return;
        }
        catch (ShmQueueCorruptException)
        {
            _counts.ReportedFlips++;
        }

        if (offset < _header.HeaderSize) return;
        try
        {
            contents = JournalReader<TRules>.Recover(flipped, Name, acceptLoss: true);
        }
        catch (ShmQueueCorruptException) when (truth.Last.IsSnapshot && offset < truth.Last.RecordsOffset)
        {
            return; // nothing else says what the records behind it are
        }

        ModelQueue found = ModelQueue.Of(contents, _random);
        PositionRange damaged = PositionsAt(truth, offset);
        // Exactly those of the record; unless a header is destroyed, or what is left of an older generation is taken.
        if (damaged.End > 0 && contents.Last.Generation == truth.Last.Generation)
        {
            foreach (PositionRange lost in contents.Lost)
                if (lost.First < damaged.First || lost.End > damaged.End)
                    throw Rot($"byte {offset} flipped, which is of positions {damaged}, but {lost} were reported: {contents.Damage}");
        }

        foreach ((long position, int id) in whole.Messages)
        {
            // What a torn snapshot says was finished was finished, although that was not committed.
            bool isReported = contents.Lost.Any(lost => position >= lost.First && position < lost.End);
            // Where the last block is destroyed and the older half is torn, nothing says how far the last block went.
            isReported |= position >= contents.Limit && offset >= truth.Last.Offset && offset < truth.Last.End;
            if (!whole.IsOpen(position) || _ledger.WasFinished(position) || isReported) continue;
            if (found.Messages.GetValueOrDefault(position, -2) != id)
                throw Rot($"byte {offset} flipped, and position {position} is neither there nor reported");
        }
    }

    /// <summary>What the blocks on a disk, of whatever generation, say was committed.</summary>
    private long CommittedOn(SimulatedDisk disk)
    {
        uint seed = JournalFormat.Seed(_header.QueueId);
        long committed = 0;
        for (int at = _header.HeaderSize; at < disk.Length; at += JournalFormat.Alignment)
        {
            long end = at < _header.HalfOffset(1) ? _header.HalfOffset(1) : _header.FileLength;
            if (BlockHeader.TryRead(disk.Durable[at..], seed, at, end, out BlockHeader block))
                committed = Math.Max(committed, block.Committed);
        }

        return committed;
    }

    private bool IsSame(JournalContents contents, JournalContents truth)
    {
        if (contents.Head != truth.Head || contents.Limit != truth.Limit || contents.IsCompleted != truth.IsCompleted
            || !contents.SideState.Span.SequenceEqual(truth.SideState.Span))
            return false;
        ModelQueue one = ModelQueue.Of(contents, _random), other = ModelQueue.Of(truth, _random);
        return one.Messages.SequenceEqual(other.Messages) && one.Done.SetEquals(other.Done);
    }

    /// <summary>The positions of the record that a byte belongs to; none if it belongs to no record.</summary>
    private PositionRange PositionsAt(JournalContents truth, long offset)
    {
        foreach (JournalPiece piece in truth.Pieces)
        {
            if (offset < piece.From || offset >= piece.To) continue;
            long position = piece.Positions.First;
            for (long at = piece.From; at < piece.To;)
            {
                RecordHead head = System.Runtime.InteropServices.MemoryMarshal.Read<RecordHead>(_disk.Durable[(int)at..]);
                if (offset < at + head.Bytes) return new PositionRange(position, position + head.Count);
                at += head.Bytes;
                position += head.Count;
            }
        }

        return default;
    }

    private static Violation Rot(FormattableString what) => new(ViolationKind.SilentRot, FormattableString.Invariant(what));

    [SuppressMessage("Design", "CA1032", Justification = "Only the simulation creates these.")]
    [SuppressMessage("Design", "MA0069", Justification = "As CA1032.")]
    private sealed class DiedException : Exception;

    [SuppressMessage("Design", "CA1032", Justification = "Only the simulation creates these.")]
    [SuppressMessage("Design", "MA0069", Justification = "As CA1032.")]
    private sealed class PowerException : Exception;
}
