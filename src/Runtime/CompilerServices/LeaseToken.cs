using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// What every emitted lease consists of: which message of which queue it is, and which of its deliveries. Any thread may use it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[DebuggerDisplay("{Position}, delivery {Deliveries}")]
public readonly struct LeaseToken : IEquatable<LeaseToken>
{
    private readonly GroupMember? _group;
    private readonly LeaseEntry? _entry;
    private readonly long _position;
    private readonly uint _serial;
    private readonly short _deliveries;
    private readonly byte _index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal LeaseToken(GroupMember group, LeaseEntry entry, int index)
    {
        _group = group;
        _entry = entry;
        _serial = entry.Serial;
        _index = (byte)index;
        _position = entry.First + index;
        _deliveries = (short)entry.Delivery;
    }

    internal GroupMember? Member => _group;

    internal LeaseEntry? Entry => _entry;

    internal uint Serial => _serial;

    internal int Index => _index;

    /// <summary>Precondition: it is the lease of a message.</summary>
    internal LeasedPlace Place => new(_entry!, _serial, _index, _position);

    /// <summary>Whether this was taken together with another lease, so many messages behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsBehind(in LeaseToken first, int messages) =>
        ReferenceEquals(_entry, first._entry) && _serial == first._serial && _index == first._index + messages;

    /// <inheritdoc cref="IShmLease.Deliveries"/>
    public int Deliveries => _deliveries;

    /// <inheritdoc cref="IShmLease.Position"/>
    public long Position => _group == null ? 0 : _position - _group.Handle.Capacity;

    /// <inheritdoc cref="IShmLease{T}.Value"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe ref readonly T Value<T>() where T : unmanaged
    {
        ThrowIfNotOpen();
        return ref *(T*)Group().Message(_position);
    }

    /// <summary>Throws if this lease does not hold its message any more.</summary>
    /// <exception cref="InvalidOperationException">It was settled, or holds no message.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ThrowIfNotOpen() => Group().ThrowIfNotOpen(_entry!, _serial, _index);

    /// <inheritdoc cref="IShmLease.Acknowledge"/>
    public bool Acknowledge() => Group().Settle(_entry!, _serial, _index, done: true);

    /// <inheritdoc cref="IShmLease.Abandon()"/>
    public void Abandon() => Group().Settle(_entry!, _serial, _index, done: false);

    /// <inheritdoc cref="IShmLease.Abandon(TimeSpan)"/>
    public void Abandon(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromMilliseconds(int.MaxValue));
        if (delay == TimeSpan.Zero) Abandon();
        else Group().GiveBackAfter(_entry!, _serial, _index, delay);
    }

    /// <inheritdoc cref="IShmLease.Reject"/>
    public void Reject() => Group().Reject(_entry!, _serial, _index);

    /// <summary>Gives the message back if it was not settled.</summary>
    public void Dispose() => _group?.GiveBackIfOpen(_entry!, _serial, _index);

    /// <inheritdoc/>
    public bool Equals(LeaseToken other) =>
        ReferenceEquals(_entry, other._entry) && _serial == other._serial && _index == other._index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LeaseToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_entry, _serial, _index);

    /// <summary>Whether two are the same lease.</summary>
    public static bool operator ==(LeaseToken left, LeaseToken right) => left.Equals(right);

    /// <summary>Whether two are different leases.</summary>
    public static bool operator !=(LeaseToken left, LeaseToken right) => !left.Equals(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GroupMember Group()
    {
        if (_group == null) ThrowNothing();
        return _group;
    }

    [DoesNotReturn]
    private static void ThrowNothing() => throw new InvalidOperationException("This lease holds no message: the call that takes " +
        "returned false, or it is the default value.");
}
