using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Liveness;
using TypedShmQueue.Queue;

namespace TypedShmQueue;

/// <summary>
/// One claimed slot, to be written in place. <see cref="Commit"/> sends the message; disposed without it, nothing is sent. Until one
/// of the two the claim is open and consumers cannot pass it, so keep it short: <c>using</c> is the way.
/// </summary>
/// <remarks>Belongs to the thread that claimed it. Allocates nothing.</remarks>
/// <typeparam name="T">The message.</typeparam>
public readonly unsafe ref struct SlotWriter<T> where T : unmanaged
{
    private readonly IClaimOwner? _owner;
    private readonly ThreadLane? _lane;
    private readonly long _position;
    private readonly byte* _message;
    private readonly uint _claim;

    internal SlotWriter(IClaimOwner owner, ThreadLane lane, long position, byte* message)
    {
        _owner = owner;
        _lane = lane;
        _position = position;
        _message = message;
        _claim = lane.Claim;
    }

    /// <summary>
    /// The message in its slot. It holds what the slot's last message left there: write every field. Not to be used after
    /// <see cref="Commit"/>, nor after the queue's Dispose.
    /// </summary>
    /// <exception cref="InvalidOperationException">The writer was not claimed, or is no longer open.</exception>
    [SuppressMessage("Design", "CA1065:Do not raise exceptions in unexpected locations", Justification = "There is no slot to refer to.")]
    public ref T Value
    {
        get
        {
            if (!IsOpen) ThrowNotOpen();
            return ref *(T*)_message;
        }
    }

    /// <summary>Sends the message. Wakes a parked consumer (a system call) if there is one.</summary>
    /// <exception cref="InvalidOperationException">The writer was not claimed, or was committed already.</exception>
    /// <exception cref="ObjectDisposedException">This thread disposed the queue meanwhile; the message was not sent. (Disposed by another
    /// thread, the message is still sent.)</exception>
    public void Commit()
    {
        if (!IsOpen) ThrowNotOpen();
        _owner!.Commit(_lane!, _position);
    }

    /// <summary>Gives the slot up, unless it was committed.</summary>
    public void Dispose()
    {
        if (IsOpen) _owner!.Abandon(_lane!, _position);
    }

    private bool IsOpen => _lane != null && _lane.IsOpen(_position, _claim);

    private void ThrowNotOpen()
    {
        _owner?.ThrowIfDisposed();
        throw new InvalidOperationException("This SlotWriter is not open: it was committed or disposed already, or TryClaim returned " +
            "false. Claim a slot with TryClaim, write Value, then Commit once.");
    }
}
