using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.CompilerServices;

/// <summary>What an emitted broadcast queue forwards to: a queue's sending side, and subscriptions in place of its taking side.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class BroadcastQueue<T, TProducers> : IDisposable
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    private readonly TypedQueue<T, TProducers, Subscribers> _queue;

    private BroadcastQueue(TypedQueue<T, TProducers, Subscribers> queue)
    {
        _queue = queue;
        _table = new(queue.Session);
    }

    /// <summary>Creates the queue.</summary>
    public static BroadcastQueue<T, TProducers> Create(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(TypedQueue<T, TProducers, Subscribers>.Create(contract, name, options));

    /// <summary>Opens the queue.</summary>
    public static BroadcastQueue<T, TProducers> Open(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(TypedQueue<T, TProducers, Subscribers>.Open(contract, name, options));

    /// <summary>Opens the queue, or creates it.</summary>
    public static BroadcastQueue<T, TProducers> OpenOrCreate(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(TypedQueue<T, TProducers, Subscribers>.OpenOrCreate(contract, name, options));

    /// <summary>Opens the queue if there is one.</summary>
    public static bool TryOpen(QueueContract contract, string name, ShmQueueOptions? options, [NotNullWhen(true)] out BroadcastQueue<T, TProducers>? queue)
    {
        queue = TypedQueue<T, TProducers, Subscribers>.TryOpen(contract, name, options, out var opened) ? new(opened) : null;
        return queue != null;
    }

    /// <summary>The handle that sends. It is disposed by this one.</summary>
    public TypedQueue<T, TProducers, Subscribers> Producer => _queue;

    /// <summary>The queue's name.</summary>
    public string Name => _queue.Name;

    /// <summary>Slots.</summary>
    public int Capacity => _queue.Capacity;

    /// <summary>Messages that are kept at this instant, those being written included.</summary>
    public int Count => _queue.Count;

    /// <summary>Whether no message is kept.</summary>
    public bool IsEmpty => _queue.IsEmpty;

    /// <summary>Whether the queue was completed.</summary>
    public bool IsCompleted
    {
        get
        {
            _queue.ThrowIfDisposed();
            bool completed = Volatile.Read(ref _queue.Session.Ring.Tail) < 0;
            GC.KeepAlive(_queue);
            return completed;
        }
    }

    /// <summary>Whether the queue was deleted.</summary>
    public bool IsDeleted => _queue.IsDeleted;

    /// <summary>Counts and participants at this instant; each subscription counts for itself what it took.</summary>
    public ShmQueueStatistics Statistics => _queue.Statistics with { Dequeued = 0 };

    /// <summary>Sends; waits for room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enqueue(in T message, CancellationToken cancellationToken) => _queue.Enqueue(message, cancellationToken);

    /// <summary>Sends all.</summary>
    public void Enqueue(ReadOnlySpan<T> messages, CancellationToken cancellationToken) => _queue.Enqueue(messages, cancellationToken);

    /// <summary>Sends if there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnqueue(in T message) => _queue.TryEnqueue(message);

    /// <summary>Sends; waits for room until the timeout.</summary>
    public bool TryEnqueue(in T message, TimeSpan timeout) => _queue.TryEnqueue(message, timeout);

    /// <summary>Sends what there is room for.</summary>
    public int TryEnqueue(ReadOnlySpan<T> messages) => _queue.TryEnqueue(messages);

    /// <summary>Sends; waits for room without blocking a thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueTask EnqueueAsync(in T message, CancellationToken cancellationToken) => _queue.EnqueueAsync(message, cancellationToken);

    /// <summary>Waits until there is room, or never will be.</summary>
    public ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => _queue.WaitToWriteAsync(cancellationToken);

    /// <summary>Claims a slot if there is room.</summary>
    public bool TryClaim(out SlotWriter<T> writer) => _queue.TryClaim(out writer);

    /// <summary>Sends, overwriting the oldest message if there is no room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool EnqueueShift(in T message) => _queue.EnqueueShift(message);

    /// <summary>Sends, overwriting the oldest message if there is no room, and hands out what was overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool EnqueueShift(in T message, out T displaced) => _queue.EnqueueShift(message, out displaced);

    /// <summary>Ends the stream.</summary>
    public void Complete() => _queue.Complete();

    /// <summary>Deletes the queue.</summary>
    public void Delete() => _queue.Delete();
}
