using TypedShmQueue.Liveness;

namespace TypedShmQueue.Queue;

/// <summary>Where a <see cref="SlotWriter{T}"/> came from.</summary>
internal interface IClaimOwner
{
    void Commit(ThreadLane lane, long position);

    void Abandon(ThreadLane lane, long position);

    void ThrowIfDisposed();
}
