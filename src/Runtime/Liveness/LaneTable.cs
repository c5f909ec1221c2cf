using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Threads;

namespace TypedShmQueue.Liveness;

/// <summary>
/// The lanes of one handle: one for each of its threads that enqueues, taken from the segment's common stock when first needed.
/// </summary>
/// <remarks>
/// Lanes are never given back: they are free once their handle's lock is dropped. Until then a thread that is late, with Dispose
/// on its heels, writes into a lane that is still this handle's own.
/// </remarks>
/// <param name="ring">Where the lanes are.</param>
/// <param name="participants">Who this handle is, and who lives.</param>
/// <param name="queueName">For messages.</param>
internal sealed unsafe class LaneTable(RingView ring, Participants participants, string queueName)
{
    private readonly TableKey _key = new();
    private readonly List<ThreadLane> _mine = [];
    private readonly Lock _lock = new();

    /// <summary>This thread's lane, with no open writer in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ThreadLane OfThisThread() => KnownByThread.Find<ThreadLane>(_key) ?? FindOrTake();

    /// <summary>
    /// The calling thread's lanes with an open writer. What threads that are gone left open is forgotten: nobody can end it, and their
    /// intents die with this handle's lock, so that others recover the positions.
    /// </summary>
    public IReadOnlyList<ThreadLane> OpenOfThisThread()
    {
        lock (_lock)
        {
            foreach (ThreadLane lane in _mine)
            {
                if (!lane.Thread!.IsAlive) lane.OpenPosition = 0;
            }

            return _mine.FindAll(l => l.OpenPosition != 0 && l.Thread == Thread.CurrentThread);
        }
    }

    /// <summary>Whether the calling thread holds a writer open at this position.</summary>
    public bool IsOpenByThisThread(long position)
    {
        lock (_lock)
        {
            foreach (ThreadLane lane in _mine)
            {
                if (lane.OpenPosition != 0 && position >= lane.OpenPosition && position - lane.OpenPosition < lane.OpenCount
                    && lane.Thread == Thread.CurrentThread) return true;
            }

            return false;
        }
    }

    /// <summary>Whether a writer of any thread is open.</summary>
    public bool AnyOpen()
    {
        lock (_lock) return _mine.Exists(l => Volatile.Read(ref l.OpenPosition) != 0);
    }

    /// <summary>
    /// Whether a call of another thread is between its intent and its publication; open writers are no calls. The lanes are shared memory,
    /// so a mark may be somebody else's; the calling thread's own lane cannot be in a call.
    /// </summary>
    public bool AnyCallOfOthers()
    {
        lock (_lock)
            return _mine.Exists(l =>
                Volatile.Read(ref l.Lane->First) != 0 && Volatile.Read(ref l.OpenPosition) == 0 && l.Thread!.IsAlive
                && l.Thread != Thread.CurrentThread);
    }

    /// <summary>
    /// As <see cref="AnyCallOfOthers"/>, the calling thread's own lane included: it may be in a call that led to this one.
    /// </summary>
    public bool AnyCall()
    {
        lock (_lock)
            return _mine.Exists(static l =>
                Volatile.Read(ref l.Lane->First) != 0 && Volatile.Read(ref l.OpenPosition) == 0 && l.Thread!.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ThreadLane FindOrTake()
    {
        Thread thread = Thread.CurrentThread;
        lock (_lock)
        {
            // No lambda: a call allocates nothing.
            ThreadLane? lane = null;
            foreach (ThreadLane mine in _mine)
            {
                if (mine.Thread != thread || mine.OpenPosition != 0) continue;
                lane = mine;
                break;
            }

            if (lane == null)
            {
                // All that can throw comes before the lane is ours: one that is owned and not listed would be lost until this handle goes.
                Steps.CanThrow("lane: listed");
                _ = _mine.EnsureCapacity(_mine.Count + 1);
                lane = new ThreadLane(_key, thread);
                // A thread that ended left its lane; what it had open, if anything, is abandoned by this.
                ThreadLane? left = _mine.Find(static l => !l.Thread!.IsAlive);
                lane.Lane = left != null ? left.Lane : TakeFromSegment();
                if (left != null) _mine.Remove(left);
                Steps.At("lane: owned");
                Volatile.Write(ref lane.Lane->First, 0);
                Steps.At("lane: old intent forgotten");
                _mine.Add(lane);
            }

            KnownByThread.Add(lane);
            return lane;
        }
    }

    /// <summary>
    /// A free lane, or one whose owner died. Taking a dead owner's lane forgets its intent, as it should: what it covered is abandoned.
    /// Until that is forgotten the lane has a live owner, and recovery waits.
    /// </summary>
    /// <remarks>
    /// Each handle begins at the lanes that its entry would have if all were dealt out. Their owners are, as a rule, none or former holders
    /// of the same entry, which its generation tells without a system call. From 0 on, the thousandth handle asked for the lives of all
    /// others.
    /// </remarks>
    private Lane* TakeFromSegment()
    {
        int first = participants.Self.Index * Segment.LanesPerParticipant;
        SpinWait spin = default;
        do
        {
            for (int i = 0; i < ring.LaneCount; i++)
            {
                Lane* lane = ring.Lanes + ((first + i) % ring.LaneCount);
                long owner = Volatile.Read(ref lane->Owner);
                if (owner != 0 && participants.IsAlive(owner)) continue;
                Steps.At("lane: found free");
                if (Interlocked.CompareExchange(ref lane->Owner, participants.Self.Word, owner) == owner) return lane;
            }
        }
        while (Participants.LooksAgain(ref spin));

        throw new ShmQueueLimitException(queueName, ShmQueueLimit.ProducerThreads,
            $"All {ring.LaneCount} producer lanes of the queue '{queueName}' are in use ({Segment.LanesPerParticipant} for each " +
                $"participant entry; one for each thread that enqueues). Enqueue from fewer threads, or create the queue with a larger " +
                $"ShmQueueOptions.MaxParticipants.");
    }
}

/// <summary>One thread's lane of one handle.</summary>
internal sealed unsafe class ThreadLane(TableKey? key, Thread? thread) : OwnedByThread(key)
{
    /// <summary>The shared lane, set once, before anybody else sees this one; null for the one producer, which needs none.</summary>
    public Lane* Lane;

    /// <summary>
    /// Whose it is: the lane of a thread that ended is another thread's. Null for the one producer until it opens a writer.
    /// </summary>
    public Thread? Thread = thread;

    /// <summary>The first position that a writer holds open; 0 is none.</summary>
    public long OpenPosition;

    /// <summary>How many positions it holds open from there on. Set before the position.</summary>
    public int OpenCount;

    /// <summary>
    /// The number of the claim that is open, or of the last one. A claim that was given up may come again at its position; a writer of the
    /// first is not one of the second.
    /// </summary>
    public uint Claim;

    /// <summary>Whether this very claim is open.</summary>
    public bool IsOpen(long position, uint claim) => OpenPosition == position && Claim == claim;
}
