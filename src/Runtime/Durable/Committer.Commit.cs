using System.Diagnostics;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Durable;

/// <content>A commit, by the thread that elected itself.</content>
internal sealed unsafe partial class Committer
{
    /// <summary>Commits if nobody else does. Wakes those who wait for that.</summary>
    /// <param name="always">Whether also if nothing was sent: for what was taken.</param>
    private Turn TryCommit(bool always)
    {
        if (Interlocked.CompareExchange(ref _committing, 1, 0) != 0) return Turn.BusyHere;
        bool isLocked = false;
        Turn turn = Turn.Busy;
        try
        {
            isLocked = _port.TryLock(_region.File, Segment.CommitLock);
            if (!isLocked) return turn;
            Steps.At("commit: locked");
            turn = Turn.Committed; // unless it comes to its end
            return turn = CommitAll(always);
        }
        finally
        {
            if (isLocked) _port.Unlock(_region.File, Segment.CommitLock);
            Volatile.Write(ref _committing, 0);
            Steps.At("commit: unlocked");
            // Also after an error: the others elect themselves, and see for themselves. If there was nothing, they wait for the same claim.
            if (turn == Turn.Committed) Volatile.Write(ref _woken, _committed.WakeAndCount()); // C4
        }
    }

    /// <summary>
    /// Before a commit: the threads that the last one woke come back with their next messages, one after another, and the first of them is
    /// here. If it committed at once, the others would wait for its sync, and for the next. So it lets them come, for as long as the last
    /// commit took at most. Where nobody was woken, nobody is waited for. Nor is a consumer, which was woken and had sent nothing: not more
    /// positions are waited for than the last commit had.
    /// </summary>
    private void LetOthersCome()
    {
        int woken = Volatile.Read(ref _woken);
        if (woken == 0) return;
        long enough = Position->Limit + Math.Min(woken + 1, _committedLast);
        TimeSpan longest = _tookLast < s_longestGathering ? _tookLast : s_longestGathering;
        long began = Stopwatch.GetTimestamp();
        while ((Volatile.Read(ref _parts.Ring.Tail) & ~Segment.CompletedBit) < enough && Stopwatch.GetElapsedTime(began) < longest)
            Thread.Yield();
    }

    private Turn CommitAll(bool always)
    {
        LetOthersCome();
        long begun = Volatile.Read(ref _words->Begun) + 1;
        Volatile.Write(ref _words->Begun, begun);
        // C5: what others sent and took before they read the number is seen below.
        Interlocked.MemoryBarrier();
        Steps.At("commit: begun");
        ThrowIfCorrupt();
        // Before it is committed: what is taken from here on may not be in the commit.
        long head = _source.Head;
        long wanted = _source.Limit;
        bool isClean = Volatile.Read(ref Position->Mark) == 0;
        if (isClean && wanted <= Position->Limit)
        {
            if (!always) return Turn.Nothing;
            if (IsCommitted(head))
            {
                Volatile.Write(ref _words->Ended, begun);
                return Turn.Committed;
            }
        }

        long from = Position->Limit;
        while (Append() < wanted)
        {
            // More than one block: those who wait for its beginning go on.
            _committed.WakeAll(); // C4
        }

        _committedLast = Position->Limit - from;
        _words->Head = head;
        Volatile.Write(ref _words->Ended, begun); // C2
        return Turn.Committed;
    }

    /// <summary>
    /// Whether nothing was taken since the last commit either. Of groups and subscriptions that is not known without a look at all of them.
    /// </summary>
    private bool IsCommitted(long head) => _words->Head == head && _parts.Groups.InUse == 0 && _parts.Subscriptions.InUse == 0
        && !_source.IsCompleted;

    private long Append()
    {
        long began = Stopwatch.GetTimestamp(), from = Position->Limit;
        long limit = AppendBlock();
        _tookLast = Stopwatch.GetElapsedTime(began);
        Count(limit - from, (long)(_tookLast.TotalMicroseconds * 1000));
        return limit;
    }

    /// <summary>
    /// Nobody acts on these words, and only who holds the commit lock stores them: a death between two of them costs a count.
    /// </summary>
    private void Count(long positions, long nanoseconds)
    {
        Volatile.Write(ref _words->Blocks, _words->Blocks + 1);
        Volatile.Write(ref _words->Positions, _words->Positions + positions);
        Volatile.Write(ref _words->Nanoseconds, _words->Nanoseconds + nanoseconds);
        Volatile.Write(ref _words->Last, nanoseconds);
        if (nanoseconds > _words->Longest) Volatile.Write(ref _words->Longest, nanoseconds);
    }

    private long AppendBlock()
    {
        try
        {
            return _journal.Writer.Append(ref *Position, ref _source);
        }
        catch (Exception e) when (e is IOException or ShmQueueLimitException)
        {
            Steps.At("commit: failed");
            return AppendAgain();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw Corrupt(e);
        }
    }

    /// <summary>
    /// Looks whether what a commit believes can be: head, tail, and where the journal is. What is not would be written from end to end of
    /// all numbers, or tell callers of what nobody has sent.
    /// </summary>
    private void ThrowIfCorrupt()
    {
        const long Beyond = 1 << 20; // claims that wait until somebody was displaced
        // In this order: tail only grows, and is never behind the other two.
        long before = Volatile.Read(ref _parts.Ring.Tail) & ~Segment.CompletedBit;
        long head = Volatile.Read(ref _parts.Ring.Head), limit = Volatile.Read(ref Position->Limit);
        long tail = Volatile.Read(ref _parts.Ring.Tail) & ~Segment.CompletedBit;
        if (head < _parts.Ring.Capacity || head > tail || before - head > _parts.Ring.Capacity + Beyond || limit > tail
            || !Position->IsPossible) throw Corrupt(null);
    }

    private ShmQueueCorruptException Corrupt(Exception? e) => new(_queueName, $"The memory of the queue '{_queueName}' holds positions " +
        $"that no queue operation writes, so nothing of it is written to '{_journal.Path}', which holds what was committed before. End " +
        $"all processes that use the queue, remove '{_parts.Header->JournalId:N}' from the memory folder, and open it again.", e);

    /// <summary>
    /// After an error the journal is written anew, into its other half: what the system says of the same pages proves nothing.
    /// </summary>
    private long AppendAgain()
    {
        try
        {
            return _journal.Writer.Rewrite(ref *Position, ref _source);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw Corrupt(e);
        }
        catch (Exception e) when (e is IOException or ShmQueueLimitException)
        {
            throw new ShmQueueDurabilityException(_queueName, $"The disk does not take the journal of the queue '{_queueName}', " +
                $"'{_journal.Path}', so what was sent last is not committed: it stays in the queue, and a power failure would lose it. " +
                $"Check the disk and the system's log; the next call that waits for a commit tries again.", e);
        }
    }
}
