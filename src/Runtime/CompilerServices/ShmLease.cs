using System.Diagnostics;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue;

/// <summary>
/// A lease of any queue: what code that is written once for all of them works with (<see cref="IShmAcknowledged{T}"/>,
/// <see cref="IShmGroups{T}"/>). Code that knows its queue uses the emitted lease, which reads an unmanaged message in its slot.
/// </summary>
/// <remarks>
/// A serialized message is read whenever it is asked for, and not when it is taken: one that cannot be read can still be settled.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
[DebuggerDisplay("{Position}, delivery {Deliveries}")]
public readonly struct ShmLease<T> : IShmLease<T>, IEquatable<ShmLease<T>>
{
    private readonly LeaseToken _token;
    private readonly LeasedMessages<T>? _messages;

    internal ShmLease(LeaseToken token, LeasedMessages<T> messages)
    {
        _token = token;
        _messages = messages;
    }

    internal LeaseToken Token => _token;

    /// <summary>A copy of the message. A serialized message is read anew each time; what its serializer throws is thrown.</summary>
    /// <exception cref="InvalidOperationException">The lease was settled already.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    public T Value
    {
        get
        {
            CopyTo(out T message);
            return message;
        }
    }

    /// <inheritdoc/>
    public int Deliveries => _token.Deliveries;

    /// <inheritdoc/>
    public long Position => _token.Position;

    /// <summary>
    /// Copies the message to where it is wanted, without a copy on the stack, which may have no room for it. A serialized message is read
    /// anew each time; what its serializer throws is thrown.
    /// </summary>
    /// <param name="message">Receives the message.</param>
    /// <exception cref="InvalidOperationException">The lease was settled already.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    public void CopyTo(out T message)
    {
        _token.ThrowIfNotOpen();
        _messages!.Read(_token.Place, out message);
    }

    /// <inheritdoc/>
    public bool Acknowledge() => _token.Acknowledge();

    /// <inheritdoc/>
    public void Abandon() => _token.Abandon();

    /// <inheritdoc/>
    public void Abandon(TimeSpan delay) => _token.Abandon(delay);

    /// <inheritdoc/>
    public void Reject() => _token.Reject();

    /// <summary>Gives the message back if it was not settled.</summary>
    public void Dispose() => _token.Dispose();

    /// <inheritdoc/>
    public bool Equals(ShmLease<T> other) => _token.Equals(other._token);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ShmLease<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _token.GetHashCode();

    /// <summary>Whether two are the same lease.</summary>
    public static bool operator ==(ShmLease<T> left, ShmLease<T> right) => left.Equals(right);

    /// <summary>Whether two are different leases.</summary>
    public static bool operator !=(ShmLease<T> left, ShmLease<T> right) => !left.Equals(right);
}
