using System.Buffers;
using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>
/// Pending calls that send serialized messages. The call serializes its message before it waits. So the dispatcher, which serves all
/// pending calls in their order, moves bytes and runs none of the user's code.
/// </summary>
internal sealed class SerializedSends<TMessage, TSerializer, TSlot, TProducers, TConsumers> : PendingSends<TMessage>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly RingCore<TSlot, TProducers, TConsumers> _core;
    private readonly SerializedSlots<TMessage, TSerializer, TSlot, TProducers, TConsumers> _slots;
    private readonly AsyncCalls<PendingBytes, bool> _calls;

    public SerializedSends(RingCore<TSlot, TProducers, TConsumers> core, SerializedSlots<TMessage, TSerializer, TSlot, TProducers,
        TConsumers> slots)
    {
        _core = core;
        _slots = slots;
        _calls = new(core.Producers.Line, LookAndSend, core.Producers.Waited);
    }

    public override ValueTask Start(in TMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        try
        {
            // Behind those that wait already, or their turn would never come.
            return !_core.Producers.Line.HasCalls && TrySend(message) ? default : SendLater(message, cancellationToken);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    private bool TrySend(in TMessage message)
    {
        while (true)
        {
            RingStatus status = _slots.TrySend(message);
            if (status == RingStatus.Done) return true;
            if (!_core.Producers.LooksAgain(status, closely: false)) return false;
        }
    }

    private ValueTask SendLater(in TMessage message, CancellationToken cancellationToken)
    {
        PendingBytes bytes = _slots.SerializePending(message);
        ValueTask call;
        try
        {
            call = _calls.Begin(bytes, cancellationToken).PlainTask;
        }
        catch
        {
            bytes.Return();
            throw;
        }

        return ReturnLater(call, bytes);
    }

    /// <summary>Nobody looks at the bytes any more once the call has ended.</summary>
    private static async ValueTask ReturnLater(ValueTask call, PendingBytes bytes)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        finally
        {
            bytes.Return();
        }
    }

    private bool LookAndSend(in PendingBytes message, bool closely, out bool sent)
    {
        while (true)
        {
            RingStatus status = _core.TrySendBytes(message.Bytes);
            sent = status == RingStatus.Done;
            if (sent)
            {
                _core.Sent(1);
                return true;
            }

            if (!_core.Producers.LooksAgain(status, closely)) return false;
        }
    }
}

/// <summary>
/// Pending calls that take serialized messages. The dispatcher copies the bytes out, and whoever awaits the call deserializes them.
/// </summary>
internal sealed class SerializedTakes<TMessage, TSerializer, TSlot, TSlots> : PendingTakes<TMessage>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
    where TSlots : struct, ISlotView<TSlot>
{
    private readonly TSlots _slots;
    private readonly AsyncCalls<ValueTuple, BytesReader> _calls;

    public SerializedTakes(TSlots slots)
    {
        _slots = slots;
        _calls = new(slots.End.Line, LookAndTake, slots.End.Waited);
    }

    private static int MaxBytes => Unsafe.SizeOf<TSlot>() - sizeof(int);

    public override ValueTask<TMessage> Start(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TMessage>(cancellationToken);
        try
        {
            // Behind those that wait already, or their turn would never come.
            return !_slots.End.Line.HasCalls && LookAndTake(default, closely: true, out BytesReader taken)
                ? new ValueTask<TMessage>(Deserialize(ref taken))
                : DeserializeLater(_calls.Begin(default, cancellationToken).Task);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<TMessage>(e);
        }
    }

    private async ValueTask<TMessage> DeserializeLater(ValueTask<BytesReader> call)
    {
        BytesReader taken = await call.ConfigureAwait(false);
        return Deserialize(ref taken);
    }

    private TMessage Deserialize(ref BytesReader taken)
    {
        try
        {
            return SerializedBytes.Read<TMessage, TSerializer>(taken, _slots.QueueName, MaxBytes);
        }
        finally
        {
            taken.Return();
        }
    }

    /// <summary>If it is false or throws, nothing is to be returned to the pool.</summary>
    private bool LookAndTake(in ValueTuple argument, bool closely, out BytesReader taken)
    {
        taken = new BytesReader(MaxBytes);
        bool isTaken = false;
        try
        {
            while (true)
            {
                RingStatus status = _slots.TryTake(ref taken);
                isTaken = status == RingStatus.Done;
                if (isTaken)
                {
                    _slots.Took(1);
                    return true;
                }

                if (!_slots.End.LooksAgain(status, closely)) return false;
            }
        }
        finally
        {
            if (!isTaken) taken.Return();
        }
    }
}
