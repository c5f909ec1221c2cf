using System.Runtime.InteropServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Tool.Writing;

/// <summary>The handle, for a type of the message's size and the queue's roles.</summary>
internal sealed class UntypedQueue<T, TProducers, TConsumers> : UntypedQueue
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private TypedQueue<T, TProducers, TConsumers>? _queue;

    private TypedQueue<T, TProducers, TConsumers> Queue => _queue ?? throw new InvalidOperationException("It was not opened.");

    public override bool TrySend(ReadOnlySpan<byte> message, TimeSpan patience, CancellationToken cancellation)
    {
        if (!Queue.TryClaim(out SlotWriter<T> slot, Deadline.After(patience), cancellation)) return false;
        using (slot)
        {
            Fill(slot, message);
            slot.Commit();
        }

        return true;
    }

    public override bool SendShift(ReadOnlySpan<byte> message)
    {
        NoReader nobody = default;
        bool dropped = Queue.ClaimShift(out SlotWriter<T> slot, ref nobody);
        using (slot)
        {
            Fill(slot, message);
            slot.Commit();
        }

        return dropped;
    }

    public override bool TryTake(Span<byte> message)
    {
        ArrayReader reader = new(message.Length);
        if (!Queue.TryTake(ref reader)) return false;
        reader.Kept.CopyTo(message);
        return true;
    }

    public override bool TryTake(Span<byte> message, TimeSpan patience, CancellationToken cancellation)
    {
        ArrayReader reader = new(message.Length);
        if (!Queue.TryTake(ref reader, Deadline.After(patience), completedIsFalse: true, cancellation)) return false;
        reader.Kept.CopyTo(message);
        return true;
    }

    public override void Dispose() => _queue?.Dispose();

    private protected override void CreateNew(QueueContract contract, QueuePlace place) =>
        _queue = TypedQueue<T, TProducers, TConsumers>.Create(contract, place.Name, place.Options);

    private protected override bool TryOpen(QueueContract contract, QueuePlace place) =>
        TypedQueue<T, TProducers, TConsumers>.TryOpen(contract, place.Name, place.Options, out _queue);

    private static void Fill(in SlotWriter<T> slot, ReadOnlySpan<byte> message) =>
        message.CopyTo(MemoryMarshal.AsBytes(new Span<T>(ref slot.Value)));

    /// <summary>Copies a message's bytes; they count once they are kept.</summary>
    private readonly struct ArrayReader(int length) : IMessageReader
    {
        private readonly byte[] _read = new byte[length];
        private readonly byte[] _kept = new byte[length];

        public ReadOnlySpan<byte> Kept => _kept;

        public unsafe void Read<TMemory>(byte* message) where TMemory : struct, IMemory => TMemory.Read(message, _read);

        public void Keep() => _read.CopyTo(_kept, 0);
    }
}
