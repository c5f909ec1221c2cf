using TypedShmQueue.Stepper.Tests.Stepping;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Stepper.Tests.Calls;

/// <summary>
/// One real queue with acknowledged delivery, on which one call of a worker throws at one step; and what must be as it was afterwards.
/// </summary>
internal sealed class LeaseRig : IDisposable
{
    public const int Messages = 3;

    private const int MostLeases = 4;

    private static readonly QueueContract s_contract = Contracts.Parcel<ManyProducers, Workers>();

    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();
    private readonly TypedAcknowledged<Parcel, ManyProducers> _dead;

    public LeaseRig()
    {
        Queue = _folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Create(s_contract, _name,
            _folder.Options with { Capacity = 8, MaxLeases = MostLeases, DeadLetter = _name + ".dead" }));
        // Its entry is looked at, and its owner is asked for, by whoever needs one.
        Other = _folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Open(s_contract, _name, _folder.Options));
        _dead = _folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Open(s_contract, _name + ".dead", _folder.Options));
        for (int i = 0; i <= Messages; i++) Queue.Enqueue(new Parcel(0, i), default);
        Held = Other.Take(default);
    }

    public TypedAcknowledged<Parcel, ManyProducers> Queue { get; }

    public TypedAcknowledged<Parcel, ManyProducers> Other { get; }

    /// <summary>What the other handle holds.</summary>
    public TypedLease<Parcel> Held { get; }

    /// <summary>Makes the call with its k-th risky step throwing. False: it has no such step, and came through.</summary>
    public static bool Throws(int failing, Action call, string? withoutRepair)
    {
        using Risks risks = new(failing, withoutRepair);
        try
        {
            call();
        }
        catch (FailedCallException)
        {
            return true;
        }

        return risks.Thrown == null ? false : throw new InvalidOperationException($"{risks.Thrown} threw, and the call did not.");
    }

    /// <summary>
    /// Every message that is not a dead letter can be taken and acknowledged, none is held by nobody, and all entries can be had.
    /// </summary>
    public void Check()
    {
        if (!Held.Acknowledge()) throw new InvalidOperationException("A message was taken back from a living worker.");
        HashSet<long> came = [];
        // One that a dead-letter queue did not take comes back after a second.
        while (Queue.TryTake(out TypedLease<Parcel> lease) || Other.TryTake(out lease)
            || (Queue.Count > 0 && Queue.TryTake(out lease, TimeSpan.FromSeconds(20))))
        {
            if (!came.Add(lease.Value.Sequence)) throw new InvalidOperationException("A message came twice.");
            if (!lease.Acknowledge()) throw new InvalidOperationException("A message was taken back from a living worker.");
        }

        while (_dead.TryTake(out TypedLease<Parcel> letter))
        {
            came.Add(letter.Value.Sequence);
            letter.Acknowledge();
        }

        came.Add(Held.Position);
        if (came.Count != Messages + 1) throw new InvalidOperationException($"{came.Count} of {Messages + 1} messages came.");
        if (Queue.Count != 0) throw new InvalidOperationException("There is a message that nobody can take.");

        // One entry is the other handle's, and all the rest can be this one's.
        for (int i = 0; i < MostLeases - 1; i++) Queue.Enqueue(new Parcel(0, 100 + i), default);
        try
        {
            TypedLease<Parcel>[] leases = [.. Enumerable.Range(0, MostLeases - 1).Select(_ => Queue.Take(default))];
            foreach (TypedLease<Parcel> lease in leases) lease.Acknowledge();
        }
        catch (ShmQueueLimitException e)
        {
            throw new InvalidOperationException("An entry is lost.", e);
        }
    }

    public void Dispose() => _folder.Dispose();
}
