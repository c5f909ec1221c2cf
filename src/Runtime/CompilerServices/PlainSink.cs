using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>Unmanaged messages into slots: their bytes are the message.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct PlainSink<T, TProducers, TConsumers> : ISink<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly RingCore<T, TProducers, TConsumers> _core;

    /// <summary>The ring of the core. Held here as well: a load less on the way of each message.</summary>
    private readonly MessageRing<T, TProducers, TConsumers, HardwareMemory> _ring;

    internal PlainSink(RingCore<T, TProducers, TConsumers> core) => (_core, _ring) = (core, core.Ring);

    internal RingCore<T, TProducers, TConsumers> Core => _core;

    ProducerEnd ISink<T>.End => _core.Producers;

    static bool ISink<T>.RunsUserCode => false;

    PendingSends<T> ISink<T>.NewPendingSends() => new PlainSends<T, TProducers, TConsumers>(_core);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    unsafe RingStatus ISink<T>.TrySend(in T message) =>
        TConsumers.IsBroadcast ? _core.TrySend(in message) : _ring.TryEnqueue(_core.ThisLane(), message);

    RingStatus ISink<T>.TrySendNoted(in T message) => _core.TrySendNoted(in message);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    RingStatus ISink<T>.TrySend(ReadOnlySpan<T> messages, out int sent) => _core.TrySend(messages, out sent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ISink<T>.Sent(int count) => _core.Sent(count);
}
