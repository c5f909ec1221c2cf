using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Broadcast;

/// <summary>
/// The segment's subscriptions, seen by one handle: finds, takes and removes entries. It happens under a lock on the
/// file, which the kernel drops on death; nothing that sends or takes messages waits for it.
/// </summary>
internal sealed unsafe class SubscriptionTable(Session session)
{
    private readonly SubscriptionsView _view = session.Subscriptions;

    private Participants Participants => session.Participants;

    /// <summary>Takes the entry of that name, or a free one; <paramref name="exists"/> says whether it is taken up again.</summary>
    /// <exception cref="ShmQueueSubscriptionTakenException">Its holder lives.</exception>
    /// <exception cref="ShmQueueLimitException">No entry is free.</exception>
    public int Take(string? name, out bool exists)
    {
        int index = name == null ? -1 : Find(name);
        exists = index >= 0;
        if (exists) TakeNamed(_view.Records + index, name!);
        else index = TakeFree();

        Steps.At("subscription: entry taken");
        if (exists) return index;
        ref SubscriptionRecord record = ref _view.Records[index];
        record.Name = name == null ? default : new ShmText64(name);
        record.CreatedUnixMilliseconds = Clock.Wall;
        Steps.At("subscription: described");
        return index;
    }

    /// <summary>
    /// How long producers wait for it once it has no holder. Precondition: the entry is owned; nobody looks at it until it has no holder.
    /// </summary>
    public void SetHold(int index, SubscriptionOptions options) =>
        Volatile.Write(ref _view.Records[index].HoldMilliseconds, options.HoldMilliseconds);

    /// <summary>Removes a named subscription that nobody holds. False if there is none of that name.</summary>
    /// <exception cref="ShmQueueSubscriptionTakenException">Its holder lives.</exception>
    public bool Remove(string name)
    {
        int index = Find(name);
        if (index < 0) return false;
        SubscriptionRecord* record = _view.Records + index;
        // Taken first, so that nobody is its holder any more when it ends.
        TakeNamed(record, name);
        Steps.At("subscription: taken to be removed");
        Volatile.Write(ref record->State, 0);
        Steps.At("subscription: removed");
        Volatile.Write(ref record->Owner, 0);
        return true;
    }

    /// <summary>Every subscription at this instant. Allocates; a system call for each.</summary>
    public IReadOnlyList<ShmQueueSubscription> Snapshot(long tail) =>
        SubscriptionList.Of(_view, Participants.View, session.Ring.Capacity, tail, Participants.Self.Word);

    private int Find(string name)
    {
        for (int i = 0; i < _view.InUse; i++)
        {
            ref SubscriptionRecord record = ref _view.Records[i];
            if (new SubscriptionState(Volatile.Read(ref record.State)) is { IsActive: true, IsNamed: true }
                && record.Name.Equals(name)) return i;
        }

        return -1;
    }

    private void TakeNamed(SubscriptionRecord* record, string name)
    {
        while (true)
        {
            long owner = Volatile.Read(ref record->Owner);
            if (owner != 0 && Participants.IsAliveForSure(owner))
                throw new ShmQueueSubscriptionTakenException(session.Name, name, Participants.ProcessIdOf(owner));
            // Besides us only producers change it, from a dead owner to none.
            if (Interlocked.CompareExchange(ref record->Owner, Participants.Self.Word, owner) == owner) return;
        }
    }

    private int TakeFree()
    {
        SpinWait spin = default;
        do
        {
            for (int i = 0; i < _view.Count; i++)
            {
                if (TryTakeFree(_view.Records + i)) return i;
            }
        }
        while (Participants.LooksAgain(ref spin));

        throw new ShmQueueLimitException(session.Name, ShmQueueLimit.Subscriptions,
            $"The queue '{session.Name}' has no free subscription: all of its MaxSubscriptions ({_view.Count}) are taken. Dispose some, " +
                $"remove named ones that nobody needs any more (RemoveSubscription), or create the queue with a larger " +
                $"ShmQueueOptions.MaxSubscriptions.");
    }

    /// <summary>
    /// Besides us only producers change an entry, and they only end what a dead owner left: its state, then its owner. So a swap that fails
    /// has met the latter, and the next one does not.
    /// </summary>
    private bool TryTakeFree(SubscriptionRecord* record)
    {
        const int MostSwaps = 2;
        for (int i = 0; i < MostSwaps; i++)
        {
            SubscriptionState state = new(Volatile.Read(ref record->State));
            if (state.IsActive && state.IsNamed) return false;
            long owner = Volatile.Read(ref record->Owner);
            if (owner != 0 && Participants.IsAlive(owner)) return false;
            if (state.Word != 0) Eviction.Evict<HardwareMemory>(_view, record, state, owner);
            owner = Volatile.Read(ref record->Owner);
            Steps.At("subscription: entry found free");
            if (Volatile.Read(ref record->State) == 0
                && Interlocked.CompareExchange(ref record->Owner, Participants.Self.Word, owner) == owner) return true;
        }

        return false;
    }
}
