using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using NATS.Client.Core;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Streams;

namespace TypedShmQueue.Nats.Bridges;

/// <summary>Publishes the messages of a window. Several threads use it at a time.</summary>
internal sealed class OutboundPublisher(INatsConnection connection, string subject, string inbox, MessageHeaders headers, BridgeSpans spans,
    OutboundWindow window)
{
    /// <summary>Publishes a message, if it is still on its way.</summary>
    /// <exception cref="NatsException">The client cannot.</exception>
    public async ValueTask PublishAsync(OutboundSlot slot, long number, CancellationToken cancellationToken)
    {
        if (!TryCopy(slot, number, out byte[] buffer, out int length, out long position)) return;
        try
        {
            using Activity? activity = spans.Begin(position);
            await connection.PublishAsync(subject, new ReadOnlyMemory<byte>(buffer, 0, length), headers.Of(position, activity),
                inbox + number.ToString(CultureInfo.InvariantCulture), NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
                cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Copies the message out of its slot of the ring. False: it is not on its way any more. A reply may settle the lease while it is
    /// copied, and a producer may then write the slot: so the lease is looked at after the copy, and a copy of anything else is not sent.
    /// </summary>
    private bool TryCopy(OutboundSlot slot, long number, out byte[] buffer, out int length, out long position)
    {
        buffer = [];
        length = 0;
        position = 0;
        if (!window.TryFind(slot, number, out BytesLease lease)) return false;
        position = lease.Position;
        byte[] rented = [];
        try
        {
            ReadOnlySpan<byte> message = lease.Bytes;
            length = message.Length;
            rented = ArrayPool<byte>.Shared.Rent(length);
            message.CopyTo(rented);
        }
        catch (InvalidOperationException)
        {
            return false; // it was settled meanwhile
        }

        if (!window.TryFind(slot, number, out _))
        {
            ArrayPool<byte>.Shared.Return(rented);
            return false;
        }

        buffer = rented;
        return true;
    }
}
