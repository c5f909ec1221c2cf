using TypedShmQueue.Async;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue;

/// <summary>The calls of one end that send and wait without a thread, first come, first served.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class PendingSends<TMessage>
{
    /// <summary>
    /// Sends at once if nobody stands in line and there is room; otherwise stands in line. Never throws: what goes wrong is the task's.
    /// </summary>
    public abstract ValueTask Start(in TMessage message, CancellationToken cancellationToken);
}

/// <summary>The calls of one end that take and wait without a thread, first come, first served.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class PendingTakes<TMessage>
{
    /// <summary>
    /// Takes at once if nobody stands in line and there is a message; otherwise stands in line. Never throws: what goes wrong is the
    /// task's.
    /// </summary>
    public abstract ValueTask<TMessage> Start(CancellationToken cancellationToken);
}

/// <summary>Pending calls that send unmanaged messages.</summary>
internal sealed class PlainSends<T, TProducers, TConsumers> : PendingSends<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly RingCore<T, TProducers, TConsumers> _core;
    private readonly AsyncCalls<T, bool> _calls;

    public PlainSends(RingCore<T, TProducers, TConsumers> core)
    {
        _core = core;
        _calls = new(core.Producers.Line, LookAndSend, core.Producers.Waited);
    }

    public override ValueTask Start(in T message, CancellationToken cancellationToken) =>
        _calls.StartPlain(message, closely: false, cancellationToken);

    private bool LookAndSend(in T message, bool closely, out bool sent)
    {
        while (true)
        {
            RingStatus status = _core.TrySend(in message);
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

/// <summary>Pending calls that take unmanaged messages.</summary>
internal sealed class PlainTakes<T, TSlots> : PendingTakes<T>
    where T : unmanaged
    where TSlots : struct, ISlotView<T>
{
    private readonly TSlots _slots;
    private readonly AsyncCalls<ValueTuple, T> _calls;

    public PlainTakes(TSlots slots)
    {
        _slots = slots;
        _calls = new(slots.End.Line, LookAndTake, slots.End.Waited);
    }

    public override ValueTask<T> Start(CancellationToken cancellationToken) => _calls.Start(default, closely: true, cancellationToken);

    private bool LookAndTake(in ValueTuple argument, bool closely, out T message)
    {
        while (true)
        {
            RingStatus status = _slots.TryTake(out message);
            if (status == RingStatus.Done)
            {
                _slots.Took(1);
                return true;
            }

            if (!_slots.End.LooksAgain(status, closely)) return false;
        }
    }
}
