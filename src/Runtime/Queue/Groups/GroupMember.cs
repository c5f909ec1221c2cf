using System.Diagnostics;
using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Groups;

/// <summary>
/// One member of a consumer group, whatever a slot holds: what it takes, what becomes of it, its waiting calls, and how it ends. Any number
/// of threads use it at a time.
/// </summary>
internal sealed class GroupMember : ConsumerEnd, IDisposable
{
    /// <summary>How long a message stays away that the dead-letter queue did not take: others behind it get their turn.</summary>
    private static readonly TimeSpan s_untilNextTry = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Settling takes some instructions, or a commit of the dead-letter queue. What needs longer is held up, and its group keeps a member
    /// until the handle goes.
    /// </summary>
    private static readonly TimeSpan s_longestSettle = TimeSpan.FromSeconds(2);

    private readonly GroupRing<HardwareMemory> _ring;
    private readonly LeaseEntries<HardwareMemory> _entries;
    private readonly DeadLetters? _deadLetters;
    private readonly int _maxDeliveries;
    private readonly Action<GroupMember> _onEnd;
    private readonly DelayedReturns _delayed = new();
    private int _disposed;
    private int _ending;

    /// <summary>Makes a member. It takes its first entry when it first needs one.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="group">Which group of the segment.</param>
    /// <param name="name">Its name; null for the one of a queue with acknowledged delivery.</param>
    /// <param name="oneProducer">Whether positions are claimed by one handle only.</param>
    /// <param name="deadLetters">Where rejected messages go; null if there is no such place.</param>
    /// <param name="onEnd">Told once when it has ended.</param>
    public GroupMember(QueueCore handle, int group, string? name, bool oneProducer, DeadLetters? deadLetters, Action<GroupMember> onEnd)
        : this(handle, RingOf(handle.Session, group, oneProducer), group, name, deadLetters, onEnd)
    {
    }

    private GroupMember(QueueCore handle, GroupRing<HardwareMemory> ring, int group, string? name, DeadLetters? deadLetters,
        Action<GroupMember> onEnd)
        : base(handle, handle.Session.NewPacing(), ring.IsPublished)
    {
        Session session = handle.Session;
        _ring = ring;
        _ring.Side.LimitTo(session.Visible);
        _entries = new(session.Groups, group, session, session.Participants.Self.Word);
        Name = name;
        _deadLetters = deadLetters;
        _maxDeliveries = session.Options.MaxDeliveries;
        _onEnd = onEnd;
        Line = new AsyncGate(session.NotEmpty, () => ring.MayHoldMore, () => LongestPark);
    }

    /// <summary>The group's name; null for the one of a queue with acknowledged delivery.</summary>
    public string? Name { get; }

    public GroupRing<HardwareMemory> Ring => _ring;

    public override AsyncGate Line { get; }

    public override long Position => _ring.Position;

    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public bool IsCompleted
    {
        get
        {
            ThrowIfDisposed();
            return _ring.IsCompleted();
        }
    }

    /// <summary>Whether a stream has run for so long that it may pay to let messages gather before one is taken.</summary>
    public bool IsGatheringDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _ring.Position >= _ring.Side.GatherAt;
    }

    protected override ref long GatherAt => ref _ring.Side.GatherAt;

    /// <summary>Takes an entry before it is needed: it says that the group has this member.</summary>
    public void TakeEntry() => _ = _entries.ForThisThread() ?? throw NoEntry();

    /// <summary>Nothing is taken with this member's entries any more. Precondition: it has ended.</summary>
    public void LeaveEntries()
    {
        if (!_entries.AnyBusy()) _entries.Leave();
    }

    /// <summary>
    /// Takes messages that are there, with one entry: one that was given back, or up to so many new ones. Wakes nobody. Messages that were
    /// delivered too often go to the dead-letter queue on the way.
    /// </summary>
    /// <exception cref="ShmQueueLimitException">Too many leases are open.</exception>
    /// <exception cref="ShmQueueDeadLetterException">The dead-letter queue takes nothing.</exception>
    public RingStatus TryTake(int most, out LeaseEntry? entry)
    {
        entry = _entries.OfThisThread();
        // New messages are in their first delivery, so none of them has been delivered too often.
        return entry != null && _ring.TryTakeAtOnce(entry, most) ? RingStatus.Done : TakeSlowly(most, out entry);
    }

    private RingStatus TakeSlowly(int most, out LeaseEntry? entry)
    {
        while (true)
        {
            entry = _entries.ForThisThread() ?? throw NoEntry();
            RingStatus status;
            try
            {
                status = _ring.TryTake(entry, most);
            }
            catch
            {
                // It may be nobody's but this call's, and the system may not say who lives.
                Steps.Repairs("lease: entry of a take");
                _entries.Free(entry);
                throw;
            }

            if (status != RingStatus.Done)
            {
                _entries.Free(entry);
                entry = null;
                return status;
            }

            if (_maxDeliveries == 0 || entry.Delivery <= _maxDeliveries) return status;
            // One that was given back comes alone.
            if (entry.TryClose(entry.Serial, 0)) SendToDeadLetters(entry, 0);
        }
    }

    /// <inheritdoc/>
    public override RingStatus Find() => _ring.Find();

    /// <summary>Where a message is, as long as its lease is open.</summary>
    public unsafe byte* Message(long position) => _ring.Message(position);

    public override long UncommittedEnd => _ring.UncommittedEnd;

    protected override ref HeldUp HeldUp => ref _ring.Side.HeldUp;

    /// <summary>For messages in the hands of those who die, or whose time is over.</summary>
    protected override bool WaitsForOthers => true;

    protected override RingStatus InvestigateRing() => _ring.Investigate();

    /// <summary>One wake may stand for several messages.</summary>
    public override void PassWakeOn(bool done)
    {
        if (!done || _ring.MayHoldMore) Target.Gate.Wake(1);
    }

    /// <summary>Throws if a lease does not hold its message any more.</summary>
    /// <exception cref="InvalidOperationException">It was settled.</exception>
    /// <exception cref="ObjectDisposedException">The member, or the queue, is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ThrowIfNotOpen(LeaseEntry entry, uint serial, int index)
    {
        if (IsDisposed || !entry.IsOpen(serial, index)) throw NotOpen();
    }

    /// <summary>Settles a message: it is done, or it is for others. False: others took it back meanwhile.</summary>
    /// <exception cref="InvalidOperationException">It was settled before.</exception>
    /// <exception cref="ObjectDisposedException">The member, or the queue, is disposed.</exception>
    public bool Settle(LeaseEntry entry, uint serial, int index, bool done) =>
        entry.TryClose(serial, index) ? Finish(entry, index, done) : throw NotOpen();

    /// <summary>Acknowledges messages that were taken together and lie side by side. How many others had not taken back.</summary>
    /// <exception cref="InvalidOperationException">One of them was settled before, and those before it are now.</exception>
    /// <exception cref="ObjectDisposedException">The member, or the queue, is disposed.</exception>
    public int Acknowledge(LeaseEntry entry, uint serial, int index, int count)
    {
        int closed = entry.Close(serial, index, count);
        int ours = 0;
        if (closed > 0)
        {
            RingStatus status = _ring.Acknowledge(entry, index, closed, out ours, out bool isFree);
            if (isFree) _entries.Free(entry);
            if (ours > 0) Acknowledged(ours);
            if (status == RingStatus.Closed) throw WasDisposed();
        }

        return closed == count ? ours : throw NotOpen();
    }

    /// <summary>Gives a message back if it is still open.</summary>
    public void GiveBackIfOpen(LeaseEntry entry, uint serial, int index)
    {
        if (entry.TryClose(serial, index)) _ = TryFinish(entry, index, done: false, out _);
    }

    /// <summary>Gives a message back later; until then it stays with this process.</summary>
    public void GiveBackAfter(LeaseEntry entry, uint serial, int index, TimeSpan delay)
    {
        if (!entry.TryClose(serial, index)) throw NotOpen();
        if (FinishAfter(entry, index, delay) == RingStatus.Closed) throw WasDisposed();
    }

    /// <summary>Sends a message to the dead-letter queue, and settles it.</summary>
    /// <exception cref="InvalidOperationException">There is no dead-letter queue, or the message was settled before.</exception>
    /// <exception cref="ShmQueueDeadLetterException">The dead-letter queue takes nothing. The message comes back after a
    /// second.</exception>
    public void Reject(LeaseEntry entry, uint serial, int index)
    {
        if (_deadLetters == null)
            throw new InvalidOperationException($"The handle of the queue '{Handle.Name}' has no dead-letter queue, so the message would " +
                $"be lost. Set ShmQueueOptions.DeadLetter, or call Acknowledge or Abandon.");
        if (!entry.TryClose(serial, index)) throw NotOpen();
        SendToDeadLetters(entry, index);
    }

    /// <summary>Ends this member: gives back what it has not settled. A call that waits gets an
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _disposed, 1); // D1: before the memory goes, for those who copy a message and then look here
        if (Interlocked.Exchange(ref _ending, 1) != 0) return;
        bool hasEnded = false;
        try
        {
            End();
            hasEnded = true;
        }
        finally
        {
            // As the queue's Dispose: ended by an exception, it is taken up by the next.
            if (!hasEnded) Volatile.Write(ref _ending, 0);
        }
    }

    public override void ThrowIfDisposed()
    {
        if (IsDisposed) throw WasDisposed();
        base.ThrowIfDisposed();
    }

    /// <inheritdoc/>
    public override void Resolve(RingStatus status) => throw (status switch
    {
        RingStatus.Closed => WasDisposed(),
        RingStatus.Completed => new ShmQueueCompletedException(Handle.Name, $"The queue '{Handle.Name}' was completed, and all its " +
            $"messages are settled."),
        RingStatus.Corrupt => new ShmQueueCorruptException(Handle.Name, $"The queue '{Handle.Name}' holds positions, slot words or " +
            $"leases that no queue operation writes: something else wrote to its file. Delete it and create it anew."),
        _ => (Exception)new InvalidOperationException($"Unexpected state {status}."),
    });

    private bool Finish(LeaseEntry entry, int index, bool done)
    {
        bool isOurs = TryFinish(entry, index, done, out RingStatus status);
        if (status == RingStatus.Closed) throw WasDisposed();
        return isOurs;
    }

    private ObjectDisposedException WasDisposed() => Name == null ? Handle.WasDisposed() : new(Handle.Name,
        $"This member of the group '{Name}' of the queue '{Handle.Name}' was disposed. Join the group again.");

    public Exception NotOpen() => IsDisposed
        ? new ObjectDisposedException(Handle.Name, $"The queue '{Handle.Name}' of this lease was disposed, so its message went to others. "
            + $"Settle leases before Dispose.")
        : new InvalidOperationException($"This lease of the queue '{Handle.Name}' was settled already. Acknowledge, abandon or reject a "
            + $"lease once.");

    private bool TryFinish(LeaseEntry entry, int index, bool done, out RingStatus status)
    {
        status = _ring.Settle(entry, index, done, out bool isFree);
        if (isFree) _entries.Free(entry);
        if (status != RingStatus.Done) return false;
        if (!done)
        {
            Handle.Session.OnReturned(1); // E3
            return true;
        }

        Acknowledged(1);
        return true;
    }

    /// <summary>Wakes whoever waited for this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Acknowledged(int messages)
    {
        Handle.Took(messages); // E4
        // Those who wait for work wait until all is settled, once nothing more comes.
        if (Target.Gate.HasAnnouncements && _ring.IsCompleted()) Target.WakeAll();
    }

    private void End()
    {
        _ring.Close();
        // D1: a call that takes has shown its mark by now, or will see that the member has ended.
        Interlocked.MemoryBarrierProcessWide();
        SpinWait spin = default;
        while (AnyWaiting || _entries.AnyCalling())
        {
            Target.WakeAll();
            spin.SpinOnce();
        }

        Steps.At("group: closed and drained");
        // A wait set that is parked for it has no mark: it finds the end when it is woken.
        Target.WakeAll(); // E3
        Line.Close();
        _delayed.ReturnAll();
        foreach (LeaseEntry entry in _entries.AllBusy())
        {
            uint serial = entry.Serial;
            for (int i = 0; i < entry.Count; i++) GiveBackIfOpen(entry, serial, i);
        }

        Steps.At("group: leases given back");
        // One that another thread is settling, or that a commit will settle: what is written then must not meet another group in the
        // same entry.
        long began = Stopwatch.GetTimestamp();
        while (_entries.AnyBusy() && Stopwatch.GetElapsedTime(began) < s_longestSettle) spin.SpinOnce();
        _deadLetters?.Dispose();
        _onEnd(this);
        GC.KeepAlive(Handle);
    }

    /// <summary>
    /// Sends a message that was closed to the dead-letter queue, and settles it when it is safe there; gives it back if it cannot be sent.
    /// Waits for nobody: a durable dead-letter queue commits while this call has long returned, and the message stays this process's.
    /// </summary>
    private void SendToDeadLetters(LeaseEntry entry, int index)
    {
        bool isOver = false;
        bool isSent;
        ValueTask committed;
        try
        {
            // Sent there first, settled here second: a death in between doubles it, and never loses it.
            Steps.CanThrow("dead letter: sent there");
            HeldMessage message = new(_ring, entry, index);
            isSent = _deadLetters!.Send(in message, message.Position - Handle.Capacity, out committed);
            isOver = true;
            Steps.At("dead letter: sent");
        }
        finally
        {
            // At once, it would be the first that whoever takes next comes to, and nobody would get to those behind it.
            if (!isOver) _ = FinishAfter(entry, index, s_untilNextTry);
        }

        if (isSent && !committed.IsCompletedSuccessfully)
        {
            _ = SettleWhenCommitted(committed, entry, index);
            return;
        }

        // What others took back meanwhile is theirs: this leaves the entry.
        _ = Finish(entry, index, done: true);
        if (isSent) _ring.CountDeadLetter();
    }

    /// <summary>A message is in a durable dead-letter queue: it is done when the disk has it there, and comes back if that fails.</summary>
    private async Task SettleWhenCommitted(ValueTask committed, LeaseEntry entry, int index)
    {
        bool isCommitted = false;
        try
        {
            await committed.ConfigureAwait(false);
            isCommitted = true;
        }
        catch (Exception e) when (e is ShmQueueException or IOException or ObjectDisposedException)
        {
            // Nobody waits for this. Whoever takes the message next tries again, and gets the error if it lasts.
        }
        finally
        {
            if (!isCommitted) _ = FinishAfter(entry, index, s_untilNextTry);
        }

        if (!isCommitted) return;
        _ = TryFinish(entry, index, done: true, out _);
        _ring.CountDeadLetter();
    }

    /// <summary>Gives a message back later that was closed. Closed: the memory is gone, and others have the message.</summary>
    private RingStatus FinishAfter(LeaseEntry entry, int index, TimeSpan delay)
    {
        bool isDelayed = false;
        RingStatus status = RingStatus.Done;
        try
        {
            isDelayed = _delayed.TryAdd(() => TryFinish(entry, index, done: false, out _), delay);
        }
        finally
        {
            // There is no memory for a timer, or the member is at its end: now, then.
            Steps.Repairs("lease: delayed return");
            if (!isDelayed) _ = TryFinish(entry, index, done: false, out status);
        }

        return status;
    }

    private ShmQueueLimitException NoEntry() => new(Handle.Name, ShmQueueLimit.Leases,
        $"All {Handle.Session.Groups.LeaseCount} lease entries of the queue '{Handle.Name}' are in use. Settle leases before taking " +
            $"more, or create the queue with a larger ShmQueueOptions.MaxLeases.");

    private static GroupRing<HardwareMemory> RingOf(Session session, int group, bool oneProducer) => new(session.Ring, session.Groups,
        group, session.Geometry.SlotStride, session, oneProducer,
        (long?)session.Options.LeaseTimeout?.TotalMilliseconds ?? 0, session.KeepMapped);
}
