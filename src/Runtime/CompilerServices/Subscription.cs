using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>What every emitted subscription inherits.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSource">How it gets out of a slot.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
[DebuggerDisplay("{Name,nq} at {Position}, missed {Missed}")]
public abstract class Subscription<TMessage, TSource> : Taker<TMessage, TSource>, IShmSubscription<TMessage>
    where TSource : struct, ISource<TMessage>
{
    private readonly ISubscribed _subscribed;

    private protected Subscription(TSource source, ISubscribed subscribed)
        : base(source) => _subscribed = subscribed;

    /// <inheritdoc/>
    public string? Name => _subscribed.Name;

    /// <inheritdoc/>
    public long Position => _subscribed.NextPosition;

    /// <inheritdoc/>
    public long Lag => _subscribed.Lag;

    /// <inheritdoc/>
    public long Missed => _subscribed.Missed;

    /// <inheritdoc/>
    public bool IsCompleted => _subscribed.IsCompleted;

    /// <inheritdoc/>
    /// <remarks>Declared here as well, so that <c>Dequeue(default)</c> is a message, and not one that matches no predicate.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public new TMessage Dequeue(CancellationToken cancellationToken = default) => base.Dequeue(cancellationToken);

    /// <summary>Takes the next message that matches, and passes over those before it that do not. Waits for one.</summary>
    /// <param name="predicate">Says of a message whether it is wanted. It must depend on the message only, and change nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed, and this subscription has taken every message.</exception>
    /// <exception cref="InvalidOperationException">Another call of this subscription is in progress.</exception>
    /// <exception cref="ObjectDisposedException">This subscription was disposed, or its queue.</exception>
    public TMessage Dequeue(MessagePredicate<TMessage> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        cancellationToken.ThrowIfCancellationRequested();
        TMessage message = default!;
        _ = Take(predicate, new Span<TMessage>(ref message), Deadline.Never, completedIsFalse: false, cancellationToken);
        return message;
    }

    /// <summary>
    /// Takes at least one message that matches, and as many as there are and fit. Passes over those that do not match. Waits for the first.
    /// </summary>
    /// <param name="predicate">Says of a message whether it is wanted. It must depend on the message only, and change nothing.</param>
    /// <param name="destination">Receives the messages, oldest first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were taken.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is empty.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed, and this subscription has taken every message.</exception>
    /// <exception cref="InvalidOperationException">Another call of this subscription is in progress.</exception>
    /// <exception cref="ObjectDisposedException">This subscription was disposed, or its queue.</exception>
    public int Dequeue(MessagePredicate<TMessage> predicate, Span<TMessage> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ThrowIfEmpty(destination);
        cancellationToken.ThrowIfCancellationRequested();
        return Take(predicate, destination, Deadline.Never, completedIsFalse: false, cancellationToken);
    }

    /// <summary>Takes the next message that matches, if there is one, and passes over those before it that do not. Never waits.</summary>
    /// <param name="predicate">Says of a message whether it is wanted. It must depend on the message only, and change nothing.</param>
    /// <param name="message">The message, or default if there is none.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Another call of this subscription is in progress.</exception>
    /// <exception cref="ObjectDisposedException">This subscription was disposed, or its queue.</exception>
    public bool TryDequeue(MessagePredicate<TMessage> predicate, [MaybeNullWhen(false)] out TMessage message)
    {
        message = default;
        return TryDequeue(predicate, new Span<TMessage>(ref message!)) > 0;
    }

    /// <summary>
    /// Takes the next message that matches, and passes over those before it that do not. Waits for one until the timeout.
    /// </summary>
    /// <param name="predicate">Says of a message whether it is wanted. It must depend on the message only, and change nothing.</param>
    /// <param name="message">The message, or default if there is none.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative, and not
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    /// <exception cref="InvalidOperationException">Another call of this subscription is in progress.</exception>
    /// <exception cref="ObjectDisposedException">This subscription was disposed, or its queue.</exception>
    public bool TryDequeue(MessagePredicate<TMessage> predicate, [MaybeNullWhen(false)] out TMessage message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        ArgumentNullException.ThrowIfNull(predicate);
        message = default;
        return Take(predicate, new Span<TMessage>(ref message!), deadline, completedIsFalse: true, CancellationToken.None) > 0;
    }

    /// <summary>Takes as many messages as there are, match and fit, and passes over those that do not match. Never waits.</summary>
    /// <param name="predicate">Says of a message whether it is wanted. It must depend on the message only, and change nothing.</param>
    /// <param name="destination">Receives the messages, oldest first.</param>
    /// <returns>How many were taken; 0 if there was none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Another call of this subscription is in progress.</exception>
    /// <exception cref="ObjectDisposedException">This subscription was disposed, or its queue.</exception>
    public int TryDequeue(MessagePredicate<TMessage> predicate, Span<TMessage> destination)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        End.ThrowIfDisposed();
        if (destination.IsEmpty) return 0;
        RingStatus status = TryTakeMatching(predicate, destination, out int taken);
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) End.Resolve(status);
        return taken;
    }

    /// <inheritdoc/>
    public ChannelReader<TMessage> AsChannelReader() => ChannelAdapters.Read(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        _subscribed.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One look, which takes what matches, and wakes producers for what it passed over.</summary>
    private protected abstract RingStatus TryTakeMatching(MessagePredicate<TMessage> predicate, Span<TMessage> destination, out int taken);

    private int Take(MessagePredicate<TMessage> predicate, Span<TMessage> destination, Deadline deadline, bool completedIsFalse,
        CancellationToken cancellationToken)
    {
        GatherIfDue();
        int taken = TryDequeue(predicate, destination);
        if (taken > 0) return taken;
        MatchingCall call = new(this, predicate, destination);
        _ = WaitLoop.Run(End, ref call, passesOver: true, deadline, completedIsFalse, cancellationToken);
        return call.Taken;
    }

    private ref struct MatchingCall(Subscription<TMessage, TSource> subscription, MessagePredicate<TMessage> predicate,
        Span<TMessage> destination) : IWaitingCall
    {
        private readonly Span<TMessage> _destination = destination;
        private int _taken;

        public readonly int Taken => _taken;

        public RingStatus Try() => subscription.TryTakeMatching(predicate, _destination, out _taken);
    }
}

/// <summary>A subscription to unmanaged messages.</summary>
/// <typeparam name="T">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MessageSubscription<T> : Subscription<T, PlainSource<T, SubscribedSlots<T>>>, IShmReading<T>
    where T : unmanaged
{
    private readonly SubscriptionCore<T> _core;

    /// <param name="begun">The subscription that the queue began.</param>
    protected MessageSubscription(Begun begun)
        : this(Begun.CoreOf(begun))
    {
    }

    private MessageSubscription(SubscriptionCore<T> core)
        : base(new(new(core)), core) => _core = core;

    /// <inheritdoc/>
    public bool TryRead(out SlotReader<T> reader, int most = int.MaxValue) => SlotReading.TryRead(_core, out reader, most);

    /// <inheritdoc/>
    public bool TryRead(out SlotReader<T> reader, TimeSpan timeout, int most = int.MaxValue) =>
        SlotReading.TryRead(_core, out reader, timeout, most);

    /// <inheritdoc/>
    public void Read(out SlotReader<T> reader, CancellationToken cancellationToken = default) =>
        SlotReading.Read(_core, out reader, int.MaxValue, cancellationToken);

    /// <inheritdoc/>
    public void Read(out SlotReader<T> reader, int most, CancellationToken cancellationToken = default) =>
        SlotReading.Read(_core, out reader, most, cancellationToken);

    private protected override RingStatus TryTakeMatching(MessagePredicate<T> predicate, Span<T> destination, out int taken) =>
        _core.TryTakeMatching(predicate, destination, out taken);

    /// <summary>A subscription that was begun, before it has its type.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Begun
    {
        private readonly SubscriptionCore<T> _core;

        internal Begun(SubscriptionCore<T> core) => _core = core;

        internal static SubscriptionCore<T> CoreOf(Begun begun)
        {
            ArgumentNullException.ThrowIfNull(begun);
            return begun._core;
        }
    }
}

/// <summary>A subscription to serialized messages.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SerializedSubscription<TMessage> : Subscription<TMessage, SerializedSource<TMessage>>
{
    /// <param name="begun">The subscription that the queue began.</param>
    protected SerializedSubscription(Begun begun)
        : base(new(Begun.MessagesOf(begun)), begun.Subscribed)
    {
    }

    private protected override RingStatus TryTakeMatching(MessagePredicate<TMessage> predicate, Span<TMessage> destination, out int taken)
    {
        ISubscribed subscribed = (ISubscribed)End;
        int asked = subscribed.BeginAsking();
        try
        {
            return Source.Messages.TryTakeMatching(predicate, destination, out taken);
        }
        finally
        {
            subscribed.EndAsking(asked);
        }
    }

    /// <summary>A subscription that was begun, before it has its type.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Begun
    {
        private readonly SerializedMessages<TMessage> _messages;

        internal Begun(SerializedSubscriptions<TMessage>.Begun begun) => (_messages, Subscribed) = begun;

        internal ISubscribed Subscribed { get; }

        internal static SerializedMessages<TMessage> MessagesOf(Begun begun)
        {
            ArgumentNullException.ThrowIfNull(begun);
            return begun._messages;
        }
    }
}
