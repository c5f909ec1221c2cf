using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue.Broadcast;

/// <summary>The subscriptions of one handle on a broadcast queue, and those of the queue.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
internal sealed partial class SubscriptionSet<T>(QueueCore queue, bool oneProducer) : ISubscriptions
    where T : unmanaged
{
    private readonly SubscriptionTable _table = new(queue.Session);
    private readonly List<SubscriptionCore<T>> _open = [];

    /// <summary>
    /// Guards the three below. Nobody waits for another process while holding it: Dispose needs it, here and in the subscriptions.
    /// </summary>
    private readonly Lock _subscribing = new();
    private bool _closing;

    /// <summary>Whether a thread of this handle has the file's lock, which is the handle's and would not keep two threads apart.</summary>
    private bool _atTable;

    private Session Session => queue.Session;

    /// <summary>Gives a new handle on a broadcast queue its subscriptions.</summary>
    public static SubscriptionSet<T> Of<TProducers>(RingCore<T, TProducers, Subscribers> core) where TProducers : struct, IProducerRole
    {
        SubscriptionSet<T> set = new(core, TProducers.IsExclusive);
        core.Subscriptions = set;
        return set;
    }

    /// <summary>Every subscription at this instant.</summary>
    public IReadOnlyList<ShmQueueSubscription> Snapshot()
    {
        queue.ThrowIfDisposed();
        IReadOnlyList<ShmQueueSubscription> all = _table.Snapshot(Tail);
        GC.KeepAlive(queue);
        return all;
    }

    private long Tail => Volatile.Read(ref Session.Ring.Tail) & ~Segment.CompletedBit;

    /// <summary>Begins a subscription that ends with this handle, or this process.</summary>
    public SubscriptionCore<T> Subscribe(SubscribeFrom from, SubscriptionOptions? options)
    {
        options ??= SubscriptionOptions.Default;
        SubscriptionOptions.ThrowIfInvalid(options, named: false);
        return SubscribeAs(null, from, options);
    }

    /// <summary>Takes up a subscription that outlives its holders, or begins it.</summary>
    public SubscriptionCore<T> Subscribe(string name, SubscribeFrom from, SubscriptionOptions? options)
    {
        SubscriptionName.ThrowIfInvalid(name);
        options ??= SubscriptionOptions.Default;
        SubscriptionOptions.ThrowIfInvalid(options, named: true);
        return SubscribeAs(name, from, options);
    }

    /// <summary>Removes a named subscription that nobody holds. False if there is none of that name.</summary>
    public bool Remove(string name)
    {
        SubscriptionName.ThrowIfInvalid(name);
        bool removed = Locked(() => _table.Remove(name));
        if (removed) Session.NotFull.WakeAll();
        Steps.At("subscription: removal told");
        return removed;
    }

    /// <summary>Ends the subscriptions of this handle; none begins any more.</summary>
    public void EndAll()
    {
        SubscriptionCore<T>[] open;
        GroupMember[] members;
        lock (_subscribing)
        {
            open = [.. _open];
            members = [.. _members];
            foreach (SubscriptionCore<T> subscription in open) subscription.ThrowIfAskedByThisThread();
            _closing = true;
        }

        foreach (SubscriptionCore<T> subscription in open) subscription.Dispose();
        foreach (GroupMember member in members) member.Dispose();
        // One whose Dispose another thread began may still have a call in flight, which must not meet zero pages.
        // And one that is being begun must not either: it finds out at its last step, and its steps are few.
        SpinWait spin = default;
        while (AnyOpen) spin.SpinOnce();
    }

    private bool AnyOpen
    {
        get
        {
            lock (_subscribing) return _open.Count > 0 || _members.Count > 0 || _atTable;
        }
    }

    private SubscriptionCore<T> SubscribeAs(string? name, SubscribeFrom from, SubscriptionOptions options) => Locked(() =>
    {
        long end = Tail;
        // What can fail comes before the entry is taken: nobody would give it back, as long as this handle lives.
        Steps.CanThrow("subscription: made");
        SubscriberRing<T, HardwareMemory> ring = new(Session.Ring, Session.Subscriptions, 0, Session, oneProducer, Session.KeepMapped);
        ring.Side.LimitTo(Session.Visible);
        int index = _table.Take(name, out bool exists);
        ring.Place(index);
        bool keeps = exists;
        try
        {
            if (exists) ThrowIfCorrupt(ring.Resume(options.Lossy));
            else Begin(ring, from, end, options.Lossy);
            Steps.At("subscription: at its beginning");
            // Not before: a taker that fails or dies on the way leaves a subscription that exists as its last holder left it.
            _table.SetHold(index, options);
            Steps.At("subscription: hold set");
            if (!exists && name != null) ring.Keep();
            Steps.At("subscription: begun");
            keeps = true;
            Steps.CanThrow("subscription: handed out");
            SubscriptionCore<T> subscription = new(queue, ring, name, End);
            lock (_subscribing)
            {
                // Dispose has begun meanwhile, and knows nothing of this one.
                if (_closing) throw queue.WasDisposed();
                _open.Add(subscription);
            }

            return subscription;
        }
        catch
        {
            ring.End(named: keeps);
            throw;
        }
    });

    /// <summary>
    /// Begins at the oldest position, where nobody overtakes it but producers that displace; then goes on to where it was asked to.
    /// </summary>
    private void Begin(SubscriberRing<T, HardwareMemory> ring, SubscribeFrom from, long end, bool lossy)
    {
        ThrowIfCorrupt(ring.Begin(lossy));
        Steps.At("subscription: at the floor");
        if (from.IsPosition(out long asked)) BeginAt(ring, asked, end);
        else if (!from.IsOldest) ThrowIfCorrupt(ring.SkipTo(end, long.MaxValue));
        else if (Session.Geometry.RetentionMilliseconds is > 0 and long retention) ThrowIfCorrupt(ring.SkipTo(end,
            Clock.Now(Session.Subscriptions) - retention));
    }

    /// <summary>
    /// The words decide what can be asked for, and not tail: one producer's tail may lag behind a message that others have taken
    /// (T1), and behind a claim that is not published there is no position that anybody could have come to.
    /// </summary>
    /// <remarks>
    /// The way ends where the words could end when the call began: at tail, and with one producer at most a ring beyond it (T1). A walk to
    /// wherever the producers are by then would follow them for as long as they send, with the file's lock held.
    /// </remarks>
    private void BeginAt(SubscriberRing<T, HardwareMemory> ring, long asked, long end)
    {
        long oldest = ring.Position;
        long position = asked > long.MaxValue - queue.Capacity ? long.MaxValue : asked + queue.Capacity;
        long last = end + (oneProducer ? queue.Capacity : 0);
        if (position >= oldest) ThrowIfCorrupt(ring.SkipTo(Math.Min(position, last), long.MaxValue));
        if (ring.Position == position) return;
        // It was overwritten before this call or during it, or the way to it ended at what is not sent yet.
        bool overwritten = position < ring.Position;
        throw new ShmQueuePositionException(queue.Name, asked, (overwritten ? ring.Position : oldest) - queue.Capacity,
            (overwritten ? Tail : ring.Position) - queue.Capacity);
    }

    private void End(SubscriptionCore<T> subscription)
    {
        lock (_subscribing)
        {
            // Once only: the entry may be another's already when an end that was interrupted is taken up. Nothing throws in between.
            if (_open.Remove(subscription)) subscription.Ring.End(subscription.Name != null);
        }

        Steps.At("subscription: ended");
        Session.NotFull.WakeAll();
        Steps.At("subscription: end told");
        GC.KeepAlive(queue);
    }

    private TResult Locked<TResult>(Func<TResult> act)
    {
        EnterTable();
        try
        {
            Steps.At("subscription: table locked");
            return act();
        }
        finally
        {
            LeaveTable();
            Steps.At("subscription: table free");
            GC.KeepAlive(queue);
        }
    }

    /// <summary>
    /// Waits for other threads and processes that subscribe. One of them may be stopped for any time, so this asks again and again with no
    /// lock held: Dispose ends the wait.
    /// </summary>
    private void EnterTable()
    {
        SpinWait spin = default;
        while (true)
        {
            lock (_subscribing)
            {
                if (_closing) throw queue.WasDisposed();
                if (!_atTable && Session.TryLockSubscribing())
                {
                    _atTable = true;
                    return;
                }
            }

            spin.SpinOnce();
        }
    }

    private void LeaveTable()
    {
        Uninterrupted.Enter(_subscribing);
        try
        {
            Session.UnlockSubscribing();
        }
        finally
        {
            _atTable = false;
            _subscribing.Exit();
        }
    }

    private void ThrowIfCorrupt(RingStatus status)
    {
        if (status == RingStatus.Corrupt)
            throw new ShmQueueCorruptException(queue.Name, $"The queue '{queue.Name}' holds subscriptions or positions that no queue " +
                $"operation writes: something else wrote to its file. Delete it and create it anew.");
    }
}
