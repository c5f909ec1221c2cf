using TypedShmQueue.CompilerServices;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Groups;

/// <summary>The only group of a queue with acknowledged delivery: every handle is a member, and it ends with the handle.</summary>
internal sealed class WorkerGroup(GroupMember member) : ISubscriptions
{
    /// <summary>Gives a new handle its membership. If that fails, the handle is disposed.</summary>
    public static GroupMember Of<T, TProducers>(RingCore<T, TProducers, Workers> core)
        where T : unmanaged
        where TProducers : struct, IProducerRole
    {
        try
        {
            Session session = core.Session;
            DeadLetters? deadLetters = session.Options.DeadLetter is { } name
                ? new DeadLetters<T, Workers>(session.Name, name, () => new(DeadLetterPlace.Open<T>(session, name)))
                : null;
            GroupMember member = new(core, 0, null, TProducers.IsExclusive, deadLetters, static m => m.LeaveEntries());
            core.Subscriptions = new WorkerGroup(member);
            return member;
        }
        catch
        {
            core.Dispose();
            throw;
        }
    }

    public IReadOnlyList<ShmQueueSubscription> Snapshot() => [];

    public void EndAll() => member.Dispose();
}
