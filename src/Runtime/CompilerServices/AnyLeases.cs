
namespace TypedShmQueue.CompilerServices;

/// <summary>Makes leases whose type does not depend on the queue, for code that is written once for all queues.</summary>
internal readonly struct AnyLeases<TMessage>(LeasedMessages<TMessage> messages) : ILeaseMaker<ShmLease<TMessage>>
{
    GroupMember ILeaseMaker<ShmLease<TMessage>>.Group => messages.Core;

    /// <summary>A serialized message is read when it is asked for.</summary>
    static bool ILeaseMaker<ShmLease<TMessage>>.RunsUserCode => false;

    ShmLease<TMessage> ILeaseMaker<ShmLease<TMessage>>.Make(LeaseToken token, long position) => new(token, messages);

    static LeaseToken ILeaseMaker<ShmLease<TMessage>>.TokenOf(in ShmLease<TMessage> lease) => lease.Token;
}

/// <summary>A member of a group of a broadcast queue, for code that is written once for all queues.</summary>
internal sealed class AnyGroup<TMessage>(LeasedMessages<TMessage> messages)
    : LeaseTaker<ShmLease<TMessage>, AnyLeases<TMessage>>(new(messages)), IShmGroup<ShmLease<TMessage>>
{
    public string Name => Group.Name!;

    public void Dispose() => Group.Dispose();
}
