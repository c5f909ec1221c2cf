using System.Buffers;
using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <content>
/// Calls that wait without a thread. A message is serialized by the call that sends it, before it waits, and deserialized by whoever awaits the
/// call that takes it: the dispatcher, which serves all of them in their order, moves bytes and runs no code of the user's.
/// </content>
public sealed partial class SerializedMessages<TMessage, TSerializer, TSlot, TProducers, TConsumers>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly AsyncCalls<PendingBytes, bool> _senders;
    private readonly AsyncCalls<int, BytesReader> _takers;

    /// <summary>Sends; waits for room without blocking a thread.</summary>
    public ValueTask EnqueueAsync(in TMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        try
        {
            // Behind those who wait already, or their turn would never come.
            return !_queue.HasPendingSenders && TryEnqueue(message) ? default : EnqueueLater(message, cancellationToken);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Waits until there is room, or never will be.</summary>
    public ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => _queue.WaitToWriteAsync(cancellationToken);

    /// <summary>Takes the oldest message; waits for one without blocking a thread.</summary>
    public ValueTask<TMessage> DequeueAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TMessage>(cancellationToken);
        try
        {
            // Behind those who wait already, or their turn would never come.
            return !_queue.HasPendingTakers && _queue.LookAndTakeBytes(MaxBytes, closely: true, out BytesReader taken)
                ? new ValueTask<TMessage>(DeserializeAndReturn(ref taken))
                : DeserializeLater(_takers.Begin(MaxBytes, cancellationToken).Task);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<TMessage>(e);
        }
    }

    /// <summary>Waits until there is a message, or never will be one.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _queue.WaitToReadAsync(cancellationToken);

    /// <summary>Takes messages as they come, up to the queue's end.</summary>
    public async IAsyncEnumerable<TMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryDequeue(out TMessage? message))
            {
                yield return message;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async ValueTask<TMessage> DeserializeLater(ValueTask<BytesReader> call)
    {
        BytesReader taken = await call.ConfigureAwait(false);
        return DeserializeAndReturn(ref taken);
    }

    private TMessage DeserializeAndReturn(ref BytesReader taken)
    {
        try
        {
            return Deserialize(taken);
        }
        finally
        {
            taken.Return();
        }
    }

    private ValueTask EnqueueLater(in TMessage message, CancellationToken cancellationToken)
    {
        _ = ThrowIfUnsendable(message);
        PendingBytes bytes = Serialize(message);
        ValueTask call;
        try
        {
            call = _senders.Begin(bytes, cancellationToken).PlainTask;
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

    /// <summary>By way of a buffer as large as a slot, so that many calls that wait hold no more than their messages take.</summary>
    private unsafe PendingBytes Serialize(in TMessage message)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        try
        {
            int length;
            fixed (byte* written = buffer) length = Write(message, written);
            byte[] exact = ArrayPool<byte>.Shared.Rent(length);
            buffer.AsSpan(0, length).CopyTo(exact);
            return new PendingBytes(exact, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
