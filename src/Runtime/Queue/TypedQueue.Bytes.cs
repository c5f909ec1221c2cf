using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Liveness;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <content>
/// Pending calls of serialized messages. They stand in the same lines as those of the slots, so they are served in the same order; and what is
/// done on their behalf moves bytes only, since a serializer is the user's code.
/// </content>
public sealed unsafe partial class TypedQueue<T, TProducers, TConsumers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Whether senders wait without a thread: who comes now stands behind them.</summary>
    internal bool HasPendingSenders => _asyncProducers.HasCalls;

    /// <summary>Whether takers wait without a thread: who comes now stands behind them.</summary>
    internal bool HasPendingTakers => _asyncConsumers.HasCalls;

    /// <summary>Pending calls that send bytes.</summary>
    internal AsyncCalls<PendingBytes, bool> NewSendersOfBytes() => new(_asyncProducers, LookAndSendBytes, ProducerWaited);

    /// <summary>Pending calls that take bytes. Their argument is the most that a slot holds; their result is to be returned by whoever awaits it.</summary>
    internal AsyncCalls<int, BytesReader> NewTakersOfBytes() => new(_asyncConsumers, LookAndTakeBytes, ConsumerWaited);

    /// <summary>As <see cref="LookAndTake"/>, for the bytes of a serialized message. If it is false or throws, nothing is to be returned.</summary>
    internal bool LookAndTakeBytes(in int maxBytes, bool closely, out BytesReader taken)
    {
        taken = new BytesReader(maxBytes);
        bool isTaken = false;
        try
        {
            while (true)
            {
                RingStatus status = _ring.TryTake(ref taken);
                if (status == RingStatus.Done)
                {
                    isTaken = true;
                    _notFull.Wake(1); // E4
                    return true;
                }

                if (status == RingStatus.Blocked && closely) status = _ring.Investigate();
                if (status == RingStatus.Blocked) return false;
                if (status != RingStatus.Done) Resolve(status, producing: false);
            }
        }
        finally
        {
            if (!isTaken) taken.Return();
        }
    }

    private bool LookAndSendBytes(in PendingBytes message, bool closely, out bool sent)
    {
        while (true)
        {
            ThreadLane lane = ThisThreadLane();
            RingStatus status = _ring.TryClaim(lane.Lane, out long position, out byte* slot);
            sent = status == RingStatus.Done;
            if (sent)
            {
                // From the claim to its publication nothing can throw: a copy of plain bytes, which were found to fit when they were written.
                Unsafe.WriteUnaligned(slot, message.Length);
                message.Bytes.CopyTo(new Span<byte>(slot + sizeof(int), sizeof(T) - sizeof(int)));
                if (TConsumers.IsBroadcast && _stamps) Stamp(position);
                _ring.Publish(lane.Lane, position);
                _notEmpty.Wake(ReceiversOf(1)); // E3
                return true;
            }

            if (TConsumers.IsBroadcast && status == RingStatus.Blocked) status = MakeRoom(closely);
            if (status == RingStatus.Blocked) return false;
            if (status != RingStatus.Done) Resolve(status, producing: true);
        }
    }
}
