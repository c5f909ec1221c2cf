using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <content>The subscriptions of this handle.</content>
public sealed partial class BroadcastQueue<T, TProducers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    private readonly SubscriptionTable _table;
    private readonly List<Subscription<T>> _open = [];

    /// <summary>Guards the open subscriptions, and keeps this handle's threads apart under the file's lock, which is the handle's.</summary>
    private readonly Lock _subscribing = new();
    private bool _closing;

    private Session Session => _queue.Session;

    /// <summary>Every subscription at this instant.</summary>
    public IReadOnlyList<ShmQueueSubscription> Subscriptions
    {
        get
        {
            _queue.ThrowIfDisposed();
            IReadOnlyList<ShmQueueSubscription> all = _table.Snapshot(Tail);
            GC.KeepAlive(_queue);
            return all;
        }
    }

    private long Tail => Volatile.Read(ref Session.Ring.Tail) & ~Segment.CompletedBit;

    /// <summary>Begins a subscription that ends with this handle, or this process.</summary>
    public Subscription<T> Subscribe(SubscribeFrom from, SubscriptionOptions? options)
    {
        options ??= SubscriptionOptions.Default;
        SubscriptionOptions.ThrowIfInvalid(options, named: false);
        return SubscribeAs(null, from, options);
    }

    /// <summary>Takes up a subscription that outlives its holders, or begins it.</summary>
    public Subscription<T> Subscribe(string name, SubscribeFrom from, SubscriptionOptions? options)
    {
        SubscriptionName.ThrowIfInvalid(name);
        options ??= SubscriptionOptions.Default;
        SubscriptionOptions.ThrowIfInvalid(options, named: true);
        return SubscribeAs(name, from, options);
    }

    /// <summary>Removes a named subscription that nobody holds. False if there is none of that name.</summary>
    public bool RemoveSubscription(string name)
    {
        SubscriptionName.ThrowIfInvalid(name);
        bool removed = Locked(() => _table.Remove(name));
        if (removed) Session.NotFull.WakeAll();
        Steps.At("subscription: removal told");
        return removed;
    }

    /// <summary>Ends the subscriptions of this handle and detaches.</summary>
    public void Dispose()
    {
        Subscription<T>[] open;
        lock (_subscribing)
        {
            open = [.. _open];
            foreach (Subscription<T> subscription in open) subscription.ThrowIfAskedByThisThread();
            _closing = true;
        }

        foreach (Subscription<T> subscription in open) subscription.Dispose();
        // One whose Dispose another thread began may still have a call in flight, which must not meet zero pages.
        SpinWait spin = default;
        while (AnyOpen) spin.SpinOnce();
        _queue.Dispose();
    }

    private bool AnyOpen
    {
        get
        {
            lock (_subscribing) return _open.Count > 0;
        }
    }

    private Subscription<T> SubscribeAs(string? name, SubscribeFrom from, SubscriptionOptions options) => Locked(() =>
    {
        long end = Tail;
        int index = _table.Take(name, options, out bool exists);
        SubscriberRing<T, HardwareMemory> ring = new(Session.Ring, Session.Subscriptions, index, Session, TProducers.IsExclusive, Session.KeepMapped);
        bool keeps = exists;
        try
        {
            if (exists) ThrowIfCorrupt(ring.Resume(options.Lossy));
            else Begin(ring, from, end, options.Lossy);
            Steps.At("subscription: at its beginning");
            if (!exists && name != null) ring.Keep();
            Steps.At("subscription: begun");
            keeps = true;
        }
        catch
        {
            ring.End(named: keeps);
            throw;
        }

        Subscription<T> subscription = new(Session, ring, name, End);
        _open.Add(subscription);
        return subscription;
    });

    /// <summary>Begins at the oldest position, where nobody overtakes it but producers that displace; then goes on to where it was asked to.</summary>
    private void Begin(SubscriberRing<T, HardwareMemory> ring, SubscribeFrom from, long end, bool lossy)
    {
        ThrowIfCorrupt(ring.Begin(lossy));
        Steps.At("subscription: at the floor");
        if (from.IsPosition(out long asked)) BeginAt(ring, asked);
        else if (!from.IsOldest) ThrowIfCorrupt(ring.SkipTo(end, long.MaxValue));
        else if (Session.Geometry.RetentionMilliseconds is > 0 and long retention) ThrowIfCorrupt(ring.SkipTo(end, Clock.Now - retention));
    }

    /// <summary>
    /// What can be asked for is told by the words and not by tail: one producer's tail may lag behind a message that others have taken
    /// (T1), and behind a claim that is not published there is no position that anybody could have come to.
    /// </summary>
    private void BeginAt(SubscriberRing<T, HardwareMemory> ring, long asked)
    {
        long oldest = ring.Position;
        long position = asked > long.MaxValue - Capacity ? long.MaxValue : asked + Capacity;
        if (position >= oldest) ThrowIfCorrupt(ring.SkipTo(position, long.MaxValue));
        if (ring.Position == position) return;
        // It was overwritten before this call or during it, or the way to it ended at what is not sent yet.
        bool overwritten = position < ring.Position;
        throw new ShmQueuePositionException(Name, asked, (overwritten ? ring.Position : oldest) - Capacity, (overwritten ? Tail : ring.Position) - Capacity);
    }

    private void End(Subscription<T> subscription)
    {
        lock (_subscribing)
        {
            subscription.Ring.End(subscription.Name != null);
            _open.Remove(subscription);
        }

        Steps.At("subscription: ended");
        Session.NotFull.WakeAll();
        Steps.At("subscription: end told");
        GC.KeepAlive(_queue);
    }

    private TResult Locked<TResult>(Func<TResult> act)
    {
        lock (_subscribing)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            Session.LockSubscribing();
            Steps.At("subscription: table locked");
            try
            {
                return act();
            }
            finally
            {
                Session.UnlockSubscribing();
                Steps.At("subscription: table free");
                GC.KeepAlive(_queue);
            }
        }
    }

    private void ThrowIfCorrupt(RingStatus status)
    {
        if (status == RingStatus.Corrupt)
            throw new ShmQueueCorruptException(Name, $"The queue '{Name}' holds subscriptions or positions that no queue operation writes: something else wrote to its file. Delete it and create it anew.");
    }
}
