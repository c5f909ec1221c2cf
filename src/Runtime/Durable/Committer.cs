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
internal sealed unsafe partial class Committer
{
    private const int LooksBeforeParking = 100;

    /// <summary>Up to where this thread has sent to a durable queue last: the position behind.</summary>
    [ThreadStatic]
    public static long SentHere;

    private static readonly TimeSpan s_longestStay = TimeSpan.FromSeconds(2);

    /// <summary>Threads that were woken come back in less, however slow the disk is.</summary>
    private static readonly TimeSpan s_longestGathering = TimeSpan.FromMilliseconds(1);

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

    // Of this handle's last commit, for the next one: how many threads it woke, how many positions it had, and how long its disk took. The
    // first is stored when the flag is given back already, so a commit may find that of the one before the last.
    private int _woken;
    private long _committedLast;
    private TimeSpan _tookLast;

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

    /// <summary>Which of the rings that were made out of the journal this one is.</summary>
    public long RingNumber
    {
        get
        {
            long newest = Volatile.Read(ref Position->Newest);
            GC.KeepAlive(_region);
            return JournalPosition.EpochOf(new JournalPosition { Newest = newest }.Generation);
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
}
