using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using NATS.Client.Core;

namespace TypedShmQueue.Nats.Streams;

/// <summary>A message as it came from the server.</summary>
/// <param name="Bytes">Its payload, to be disposed.</param>
/// <param name="At">When it came, in <see cref="Stopwatch"/> ticks: it may wait among those that were fetched ahead.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReceivedBytes(NatsMemoryOwner<byte> Bytes, long At);

/// <summary>Notes when a message came. Allocates nothing but what the client's own reader rents.</summary>
internal sealed class ReceivedBytesReader : INatsDeserialize<ReceivedBytes>
{
    public static readonly ReceivedBytesReader Default = new();

    public ReceivedBytes Deserialize(in ReadOnlySequence<byte> buffer) =>
        new(NatsRawSerializer<NatsMemoryOwner<byte>>.Default.Deserialize(buffer), Stopwatch.GetTimestamp());
}
