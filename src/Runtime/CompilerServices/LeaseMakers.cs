using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.CompilerServices;

/// <summary>An emitted lease of an unmanaged message, as the runtime makes it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ILeaseHolder
{
    /// <summary>From here on it is this lease.</summary>
    /// <param name="token">The lease.</param>
    void Hold(LeaseToken token);

    /// <summary>Which lease it is.</summary>
    LeaseToken Token { get; }
}

/// <summary>An emitted lease of a serialized message, as the runtime makes it.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ILeaseHolder<in TMessage>
{
    /// <summary>From here on it is this lease.</summary>
    /// <param name="token">The lease.</param>
    /// <param name="message">Its message.</param>
    void Hold(LeaseToken token, TMessage message);

    /// <summary>Which lease it is.</summary>
    LeaseToken Token { get; }
}

/// <summary>How an emitted lease is made of what was taken.</summary>
/// <typeparam name="TLease">The emitted lease.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ILeaseMaker<TLease>
{
    internal GroupMember Group { get; }

    /// <summary>
    /// Whether making one runs code of the user's, a serializer, which may throw: then nothing has become of the message.
    /// </summary>
    internal static abstract bool RunsUserCode { get; }

    /// <summary>Makes the lease.</summary>
    internal TLease Make(LeaseToken token, long position);

    /// <summary>Which lease it is.</summary>
    internal static abstract LeaseToken TokenOf(in TLease lease);
}

/// <summary>Makes leases of unmanaged messages, which stay in their slots.</summary>
/// <typeparam name="TLease">The emitted lease.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct PlainLeases<TLease> : ILeaseMaker<TLease>
    where TLease : struct, ILeaseHolder
{
    private readonly GroupMember _group;

    internal PlainLeases(GroupMember group) => _group = group;

    GroupMember ILeaseMaker<TLease>.Group => _group;

    static bool ILeaseMaker<TLease>.RunsUserCode => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLease ILeaseMaker<TLease>.Make(LeaseToken token, long position)
    {
        TLease lease = default;
        lease.Hold(token);
        return lease;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static LeaseToken ILeaseMaker<TLease>.TokenOf(in TLease lease) => lease.Token;
}

/// <summary>Makes leases of serialized messages.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TLease">The emitted lease.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SerializedLeases<TMessage, TLease> : ILeaseMaker<TLease>
    where TLease : struct, ILeaseHolder<TMessage>
{
    private readonly SerializedGroup<TMessage> _group;

    internal SerializedLeases(SerializedGroup<TMessage> group) => _group = group;

    GroupMember ILeaseMaker<TLease>.Group => _group.Core;

    static bool ILeaseMaker<TLease>.RunsUserCode => true;

    TLease ILeaseMaker<TLease>.Make(LeaseToken token, long position)
    {
        TLease lease = default;
        lease.Hold(token, _group.Read(token.Place));
        return lease;
    }

    static LeaseToken ILeaseMaker<TLease>.TokenOf(in TLease lease) => lease.Token;
}
