using System.Diagnostics;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Durable;

/// <summary>
/// The commits of one handle. Whoever waits for one elects itself: it takes the commit lock if nobody has it, and writes everything that
/// was sent meanwhile, on whatever handle, with one sync. So a group of waiting producers shares one, and there is no timer.
/// </summary>
/// <remarks>
/// <para>C2: the journal's limit is stored after the sync; whoever waits loads it.</para>
/// <para>C4: whoever waits announces itself, and looks again; whoever commits stores the limit, and wakes those who are announced. The lock
/// of a committer that dies is free when the others look again, which they do in bounded time.</para>
/// <para>docs/protocol.md, "Commits", has the proof.</para>
/// </remarks>
internal sealed unsafe class Committer
{
    private const int LooksBeforeParking = 100;

    /// <summary>Microseconds. Threads that were woken come back in less, however slow the disk is.</summary>
    private const int LongestGathering = 1000;

    /// <summary>Up to where this thread has sent to a durable queue last: the position behind.</summary>
    [ThreadStatic]
    public static long SentHere;

    private static readonly TimeSpan s_longestStay = TimeSpan.FromSeconds(2);

    private readonly RegionPort _port;
    private readonly MappedRegion _region;
    private readonly QueueJournal _journal;
    private readonly string _queueName;
    private readonly RingParts _parts;
    private readonly CommitWords* _words;
    private readonly WakeTarget _committed;
    private readonly Pacing _pacing;
    private readonly TimeSpan? _within;
    private readonly CommitLine _line;
    private RingSource<HardwareMemory> _source;
    private int _committing;
    private int _woken;
    private long _committedLast;
    private int _inside;
    private int _closed;

    public Committer(RegionPort port, MappedRegion region, QueueJournal journal, string queueName, RingParts parts, IPeers peers,
        Action countParking, TimeSpan? within)
    {
        _within = within;
        _line = new CommitLine(this, within);
        _port = port;
        _region = region;
        _journal = journal;
        _queueName = queueName;
        _parts = parts;
        _words = &parts.Header->Commits;
        _source = new RingSource<HardwareMemory>(parts, peers, &Position->Limit);
        _committed = new WakeTarget(new Gate(&parts.Header->CommitGate), region, countParking, wakersFence: true);
        // A sync takes longer than anybody should spin.
        _pacing = new Pacing(WaitPolicy.Park, parts.Geometry.Capacity);
    }

    private enum Turn
    {
        /// <summary>Everything that was there is committed.</summary>
        Committed,

        /// <summary>Another handle commits.</summary>
        Busy,

        /// <summary>Another thread of this handle commits, or tries to.</summary>
        BusyHere,

        /// <summary>What was sent next is not published yet.</summary>
        Nothing,
    }

    private JournalPosition* Position => (JournalPosition*)&_words->Position;

    /// <summary>Everything below it survives a power failure.</summary>
    public long Limit
    {
        get
        {
            long limit = Volatile.Read(ref Position->Limit); // C2
            GC.KeepAlive(this);
            return limit;
        }
    }

    /// <summary>Where <see cref="Limit"/> is. Precondition: the ring stays mapped as long as it is read.</summary>
    public long* LimitWord => &Position->Limit;

    /// <summary>What the commits of all processes have done. Precondition: as for <see cref="LimitWord"/>.</summary>
    public ref CommitWords Words => ref *_words;

    /// <summary>Whether something was sent that is not committed; a claim that is not published yet counts.</summary>
    public bool IsBehind
    {
        get
        {
            bool isBehind = (Volatile.Read(ref _parts.Ring.Tail) & ~Segment.CompletedBit) > Volatile.Read(ref Position->Limit);
            GC.KeepAlive(this);
            return isBehind;
        }
    }

    /// <summary>A number that a later commit reaches, which has in it whatever this thread has sent and taken before.</summary>
    public long NextCommit
    {
        get
        {
            // C5: who is the only one to take stores head without a fence, and so does a subscription its cursor.
            Interlocked.MemoryBarrier();
            long next = Volatile.Read(ref _words->Begun) + 1;
            GC.KeepAlive(this);
            return next;
        }
    }

    /// <summary>Waits until everything below a position is committed. False: the deadline has passed.</summary>
    /// <exception cref="ShmQueueDurabilityException">The disk does not take it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled. What was sent stays sent.</exception>
    /// <exception cref="ObjectDisposedException">The handle is disposed.</exception>
    public bool WaitForLimit(long limit, Deadline deadline, CancellationToken cancellationToken) =>
        Volatile.Read(ref Position->Limit) >= limit || Wait(limit, 0, deadline, cancellationToken);

    /// <summary>As <see cref="WaitForLimit"/>, and for a commit with that number, or a later one. False: the deadline has passed.</summary>
    /// <inheritdoc cref="WaitForLimit" path="/exception"/>
    public bool WaitForCommit(long limit, long number, Deadline deadline, CancellationToken cancellationToken) =>
        Wait(limit, number, deadline, cancellationToken);

    /// <inheritdoc cref="WaitForLimit"/>
    public ValueTask WaitForLimitAsync(long limit, CancellationToken cancellationToken) =>
        Limit >= limit ? default : _line.Wait(limit, 0, cancellationToken);

    /// <summary>As <see cref="Flush(long)"/>, without holding a thread while others write.</summary>
    public ValueTask FlushAsync(long limit, CancellationToken cancellationToken) => _line.Wait(limit, NextCommit, cancellationToken);

    /// <summary>This thread has sent something: waits until it is committed, or sees to it that it will be.</summary>
    /// <inheritdoc cref="WaitForLimit" path="/exception"/>
    public void AfterSending(CancellationToken cancellationToken = default)
    {
        if (_within == null) _ = WaitForLimit(SentHere, Deadline.Never, cancellationToken);
        else CommitLater();
    }

    /// <inheritdoc cref="AfterSending"/>
    public ValueTask AfterSendingAsync(long limit, CancellationToken cancellationToken)
    {
        if (_within == null) return WaitForLimitAsync(limit, cancellationToken);
        CommitLater();
        return default;
    }

    /// <summary>With a time within which what was sent is to be committed, sees to it.</summary>
    /// <exception cref="ShmQueueDurabilityException">An earlier commit of this kind has failed.</exception>
    public void CommitLater() => _line.CommitInTime();

    /// <summary>
    /// Commits what was sent, if anything was, and does not wait for others: false if another handle, or another thread of this one, is
    /// committing.
    /// </summary>
    /// <exception cref="ShmQueueDurabilityException">The disk does not take it.</exception>
    /// <exception cref="ObjectDisposedException">The handle is disposed.</exception>
    public bool TryCommitSent()
    {
        Interlocked.Increment(ref _inside); // D1
        try
        {
            if (Volatile.Read(ref _closed) != 0) throw WasDisposed();
            return TryCommit(always: false) is Turn.Committed or Turn.Nothing;
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>Returns when the disk has everything below a position, and what was taken so far.</summary>
    /// <inheritdoc cref="WaitForLimit" path="/exception"/>
    public void Flush(long limit) => _ = Wait(limit, NextCommit, Deadline.Never, CancellationToken.None);

    /// <summary>
    /// As <see cref="Flush(long)"/>, for a handle that goes: it does not wait for a committer that is stopped, or for a claim that is not
    /// published. What is not committed then is so with the next commit of any other handle. Precondition: this is closed.
    /// </summary>
    /// <exception cref="ShmQueueDurabilityException">The disk does not take it.</exception>
    public void FlushAtEnd(long limit)
    {
        long number = NextCommit, began = Stopwatch.GetTimestamp();
        SpinWait spin = default;
        while (!IsReached(limit, number) && Stopwatch.GetElapsedTime(began) < s_longestStay)
        {
            if (TryCommit(always: Volatile.Read(ref _words->Ended) < number) != Turn.Committed) spin.SpinOnce();
        }
    }

    /// <summary>Whether that much is committed.</summary>
    public bool IsReached(long limit, long number) =>
        Volatile.Read(ref Position->Limit) >= limit && Volatile.Read(ref _words->Ended) >= number; // C2

    /// <summary>Calls that wait end with an <see cref="ObjectDisposedException"/>; returns when none is inside.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, 1);
        // D1: every call has shown its mark by now, or will see that this is closed.
        Interlocked.MemoryBarrierProcessWide();
        SpinWait spin = default;
        while (Volatile.Read(ref _inside) != 0)
        {
            _committed.WakeAll();
            spin.SpinOnce();
        }

        _line.Close();
    }

    /// <summary>By the queue's name, as all else that was disposed.</summary>
    public ObjectDisposedException WasDisposed() =>
        new(_queueName, $"This handle of the queue '{_queueName}' was disposed. Open the queue again.");

    private bool Wait(long limit, long number, Deadline deadline, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inside); // D1
        try
        {
            return WaitInside(limit, number, deadline, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    private bool WaitInside(long limit, long number, Deadline deadline, CancellationToken cancellationToken)
    {
        Waiter waiter = new(_committed, _pacing, deadline, cancellationToken, ref _parts.Ring.Tail);
        SpinWait unpublished = default;
        bool owesWake = false;
        try
        {
            while (true)
            {
                if (Volatile.Read(ref _closed) != 0) throw WasDisposed();
                if (IsReached(limit, number)) return true;
                Turn turn = TryCommit(always: number > 0 && Volatile.Read(ref _words->Ended) < number);
                // Others of this handle may have parked because this thread was trying. Whoever commits wakes them.
                if (turn != Turn.BusyHere) owesWake = turn != Turn.Committed;
                if (turn == Turn.Committed) continue;
                // Nobody wakes anybody here when a position is published: it takes a producer some instructions, as a rule.
                if (turn == Turn.Nothing && unpublished.Count < LooksBeforeParking)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (deadline.HasPassed) return false;
                    unpublished.SpinOnce();
                }
                else
                {
                    waiter.LongestPark = turn == Turn.Nothing ? ParkLength.AtClaim(_source.ClaimMetAt) : ParkLength.Longest;
                    if (!waiter.TryNext()) return false;
                }
            }
        }
        finally
        {
            waiter.End();
            if (owesWake) _committed.WakeAll(); // C4
        }
    }

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
    /// Before a commit: those whom the last one woke come back with their next messages, one after another, and the first of them is here.
    /// If it went alone, the others would wait for its sync, and for the next. So it lets them come, for as long as a commit takes at most.
    /// Where nobody was woken, nobody is waited for; nor are those who were woken and had sent nothing, as consumers.
    /// </summary>
    private void LetOthersCome()
    {
        long enough = Position->Limit + Math.Min(Volatile.Read(ref _woken) + 1, _committedLast);
        long began = Stopwatch.GetTimestamp();
        TimeSpan longest = TimeSpan.FromMicroseconds(Math.Min(_words->Last / 1000, LongestGathering));
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
        Count(limit - from, (long)(Stopwatch.GetElapsedTime(began).TotalMicroseconds * 1000));
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
