using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>A queue whose messages go to one consumer each.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSink">How it gets into a slot.</typeparam>
/// <typeparam name="TSource">How it gets out of one.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TakingQueue<TMessage, TSink, TSource> : Sender<TMessage, TSink>, IShmConsumer<TMessage>
    where TSink : struct, ISink<TMessage>
    where TSource : struct, ISource<TMessage>
{
    /// <summary>The taker's own source. Calls that take one message go to it directly: a load less on the way of each message.</summary>
    private readonly TSource _source;

    private readonly Taker<TMessage, TSource> _taker;

    private protected TakingQueue(TSink sink, TSource source)
        : base(sink) => (_source, _taker) = (source, new Taker<TMessage, TSource>(source));

    ConsumerEnd? IShmWaitable.TakingEnd => _source.End;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TMessage Dequeue(CancellationToken cancellationToken = default) => _taker.Dequeue(_source, cancellationToken);

    /// <inheritdoc/>
    public int Dequeue(Span<TMessage> destination, CancellationToken cancellationToken = default) =>
        _taker.Dequeue(destination, cancellationToken);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue([MaybeNullWhen(false)] out TMessage message)
    {
        RingStatus status = _source.TryTake(out message);
        if (status != RingStatus.Done) return status != RingStatus.Blocked && _taker.TryDequeueSlowly(status, out message);
        _source.Took(1);
        return true;
    }

    /// <inheritdoc/>
    public bool TryDequeue([MaybeNullWhen(false)] out TMessage message, TimeSpan timeout) => _taker.TryDequeue(out message, timeout);

    /// <inheritdoc/>
    public int TryDequeue(Span<TMessage> destination) => _taker.TryDequeue(destination);

    /// <inheritdoc/>
    public int TryDequeue(Span<TMessage> destination, TimeSpan timeout) => _taker.TryDequeue(destination, timeout);

    /// <inheritdoc/>
    public bool TryPeek([MaybeNullWhen(false)] out TMessage message) => _taker.TryPeek(out message);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueTask<TMessage> DequeueAsync(CancellationToken cancellationToken = default) => _taker.DequeueAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _taker.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<TMessage> ReadAllAsync(CancellationToken cancellationToken = default) => _taker.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public ChannelReader<TMessage> AsChannelReader() => ChannelAdapters.Read(this);
}
