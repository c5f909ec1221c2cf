using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// Every way to take under leases, written once: a queue with acknowledged delivery has one, and an emitted member of a group is one.
/// </summary>
/// <typeparam name="TLease">The emitted lease.</typeparam>
/// <typeparam name="TMaker">How it is made.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public class LeaseTaker<TLease, TMaker> : IShmTaker<TLease>
    where TLease : struct, IShmLease
    where TMaker : struct, ILeaseMaker<TLease>
{
    private readonly TMaker _maker;
    private readonly GroupMember _group;
    private AsyncCalls<ValueTuple, LeaseEntry?>? _pending;
    private AsyncCalls<ValueTuple, bool>? _waitsToTake;

    internal LeaseTaker(TMaker maker)
    {
        _maker = maker;
        _group = maker.Group;
    }

    ConsumerEnd? IShmWaitable.TakingEnd => _group;

    private protected GroupMember Group => _group;

    // Made when they are first asked for: most handles make no asynchronous call.
    private AsyncCalls<ValueTuple, LeaseEntry?> Pending =>
        _pending ?? LazyInitializer.EnsureInitialized(ref _pending, () => new(_group.Line, LookAndTake, _group.Waited));

    private AsyncCalls<ValueTuple, bool> WaitsToTake =>
        _waitsToTake ?? LazyInitializer.EnsureInitialized(ref _waitsToTake, () => new(_group.Line, LookForMessage, _group.Waited));

    /// <inheritdoc/>
    public bool IsCompleted => _group.IsCompleted;

    /// <inheritdoc/>
    public TLease Take(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_group.IsGatheringDue) _group.Gather();
        if (!TryTake(out TLease lease)) _ = Wait(out lease, Deadline.Never, completedIsFalse: false, cancellationToken);
        return lease;
    }

    /// <inheritdoc/>
    public bool TryTake(out TLease lease)
    {
        RingStatus status = _group.TryTake(1, out LeaseEntry? entry);
        if (status == RingStatus.Done)
        {
            lease = Make(entry!, 0);
            return true;
        }

        lease = default;
        if (status is not (RingStatus.Blocked or RingStatus.Completed)) _group.Resolve(status);
        return false;
    }

    /// <inheritdoc/>
    public bool TryTake(out TLease lease, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryTake(out lease) || Wait(out lease, deadline, completedIsFalse: true, CancellationToken.None);
    }

    /// <inheritdoc/>
    public int Take(Span<TLease> leases, CancellationToken cancellationToken = default)
    {
        if (leases.IsEmpty) throw new ArgumentException("There is no room for a lease; give at least one element.", nameof(leases));
        cancellationToken.ThrowIfCancellationRequested();
        return Take(leases, Deadline.Never, completedIsFalse: false, cancellationToken);
    }

    /// <inheritdoc/>
    public int TryTake(Span<TLease> leases)
    {
        _group.ThrowIfDisposed();
        return TakeMore(leases, 0);
    }

    /// <summary>
    /// Takes what is there and fits behind those that were taken already. Whatever is wrong with the next message then, the caller gets
    /// those; the next call comes to it again.
    /// </summary>
    private int TakeMore(Span<TLease> leases, int taken)
    {
        while (taken < leases.Length)
        {
            LeaseEntry? entry;
            RingStatus status;
            try
            {
                status = _group.TryTake(Math.Min(leases.Length - taken, LeaseEntry.MostMessages), out entry);
            }
            catch when (taken > 0)
            {
                return taken; // the next call throws it
            }

            if (status != RingStatus.Done)
            {
                if (taken == 0 && status is not (RingStatus.Blocked or RingStatus.Completed)) _group.Resolve(status);
                return taken;
            }

            if (!TryMake(entry!, leases, ref taken)) return taken;
        }

        return taken;
    }

    /// <inheritdoc/>
    public int TryTake(Span<TLease> leases, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return leases.IsEmpty ? TryTake(leases) : Take(leases, deadline, completedIsFalse: true, CancellationToken.None);
    }

    /// <inheritdoc/>
    public int Acknowledge(ReadOnlySpan<TLease> leases)
    {
        foreach (ref readonly TLease lease in leases)
        {
            GroupMember? member = TMaker.TokenOf(lease).Member;
            if (member != _group) throw new ArgumentException(NotOurs(member), nameof(leases));
        }

        int acknowledged = 0;
        for (int i = 0; i < leases.Length;)
        {
            LeaseToken first = TMaker.TokenOf(leases[i]);
            int run = 1;
            while (i + run < leases.Length && TMaker.TokenOf(leases[i + run]).IsBehind(first, run)) run++;
            acknowledged += _group.Acknowledge(first.Entry!, first.Serial, first.Index, run);
            i += run;
        }

        return acknowledged;
    }

    /// <inheritdoc/>
    public async ValueTask<TLease> TakeAsync(CancellationToken cancellationToken = default) =>
        Make((await Pending.Start(default, closely: true, cancellationToken).ConfigureAwait(false))!, 0);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TLease> ReadAllLeasesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitsToTake.Start(default, closely: true, cancellationToken).ConfigureAwait(false))
        {
            while (TryTake(out TLease lease))
            {
                yield return lease;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private string NotOurs(GroupMember? member) => member == null
        ? "One of the leases holds no message: the call that takes returned fewer. Pass those that were taken only."
        : $"One of the leases is of the queue '{member.Handle.Name}' by another handle or group, and this is '{_group.Handle.Name}'. " +
            $"Acknowledge it where it was taken.";

    private int Take(Span<TLease> leases, Deadline deadline, bool completedIsFalse, CancellationToken cancellationToken)
    {
        if (_group.IsGatheringDue) _group.Gather();
        int taken = TryTake(leases);
        if (taken > 0 || !Wait(out leases[0], deadline, completedIsFalse, cancellationToken)) return taken;
        return TakeMore(leases, 1);
    }

    private bool Wait(out TLease lease, Deadline deadline, bool completedIsFalse, CancellationToken cancellationToken)
    {
        TakeCall call = new(_group);
        bool isTaken = WaitLoop.Run(_group, ref call, passesOver: false, deadline, completedIsFalse, cancellationToken);
        lease = isTaken ? Make(call.Entry!, 0) : default;
        return isTaken;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLease Make(LeaseEntry entry, int index) =>
        TMaker.RunsUserCode ? MakeOrGiveBack(entry, index) : _maker.Make(new LeaseToken(_group, entry, index), entry.First + index);

    /// <summary>A message that cannot be read is given back, and its delivery has counted.</summary>
    private TLease MakeOrGiveBack(LeaseEntry entry, int index)
    {
        LeaseToken token = new(_group, entry, index);
        try
        {
            return _maker.Make(token, entry.First + index);
        }
        catch
        {
            token.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the leases of an entry. False: one of them cannot be read, and others can; it and those behind it were given back.
    /// </summary>
    private bool TryMake(LeaseEntry entry, Span<TLease> leases, ref int taken)
    {
        int made = 0;
        uint serial = entry.Serial;
        int count = entry.Count;
        try
        {
            for (; made < count; made++)
            {
                leases[taken] = _maker.Make(new LeaseToken(_group, entry, made), entry.First + made);
                taken++;
            }

            return true;
        }
        catch when (taken > 0)
        {
            return false;
        }
        finally
        {
            for (; made < count; made++) _group.GiveBackIfOpen(entry, serial, made);
        }
    }

    private bool LookAndTake(in ValueTuple argument, bool closely, out LeaseEntry? entry)
    {
        while (true)
        {
            RingStatus status = _group.TryTake(1, out entry);
            if (status == RingStatus.Done) return true;
            if (!_group.LooksAgain(status, closely)) return false;
        }
    }

    private bool LookForMessage(in ValueTuple argument, bool closely, out bool isThere)
    {
        while (true)
        {
            RingStatus status = _group.Find();
            isThere = status == RingStatus.Done;
            if (isThere) return true;
            if (status == RingStatus.Blocked && closely) status = _group.Investigate();
            if (status == RingStatus.Completed) return true;
            if (status != RingStatus.Done && !_group.LooksAgain(status, closely: false)) return false;
        }
    }

    private struct TakeCall(GroupMember group) : IWaitingCall
    {
        public LeaseEntry? Entry;

        public RingStatus Try() => group.TryTake(1, out Entry);
    }
}
