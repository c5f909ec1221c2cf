using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TypedShmQueue.Async;
using TypedShmQueue.Durable;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>Every way to send, written once. Emitted queues inherit it.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSink">How it gets into a slot.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Sender<TMessage, TSink> : QueueBase, IShmProducer<TMessage>
    where TSink : struct, ISink<TMessage>
{
    private readonly TSink _sink;
    private readonly ProducerEnd _end;
    private PendingSends<TMessage>? _pending;
    private AsyncCalls<ValueTuple, bool>? _waitsToWrite;

    /// <summary>Of a handle whose calls wait for commits; null in any other.</summary>
    private readonly Committer? _committer;

    private protected Sender(TSink sink)
        : base(sink.End.Handle)
    {
        _sink = sink;
        _end = sink.End;
        _committer = Handle.Session.CommitterOfCalls;
    }

    private protected TSink Sink => _sink;

    // Made when they are first asked for: most handles make no asynchronous call.
    private PendingSends<TMessage> Pending => _pending ?? LazyInitializer.EnsureInitialized(ref _pending, _sink.NewPendingSends);

    private AsyncCalls<ValueTuple, bool> WaitsToWrite =>
        _waitsToWrite ?? LazyInitializer.EnsureInitialized(ref _waitsToWrite, () => new(_end.Line, _end.LookForRoom, _end.Waited));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [OverloadResolutionPriority(1)]
    public void Enqueue(in TMessage message, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) ThrowCancelled(cancellationToken);
        if (_committer != null) EnqueueAndCommit(in message, cancellationToken);
        else if (_sink.TrySend(in message) == RingStatus.Done) _sink.Sent(1);
        else _ = Wait(in message, Deadline.Never, cancellationToken);
    }

    /// <inheritdoc/>
    public void Enqueue(ReadOnlySpan<TMessage> messages, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Handle.ThrowIfDisposed();
        bool any = !messages.IsEmpty;
        while (!messages.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int sent = TrySend(messages, waits: true);
            if (sent == 0)
            {
                _ = Wait(in messages[0], Deadline.Never, cancellationToken);
                sent = 1;
            }

            messages = messages[sent..];
        }

        // Without one, what this thread has sent last may be another queue's.
        if (any) _committer?.AfterSending(cancellationToken);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [OverloadResolutionPriority(1)]
    public bool TryEnqueue(in TMessage message)
    {
        if (_committer != null) return TryEnqueueMarked(in message);
        RingStatus status = _sink.TrySend(in message);
        if (status != RingStatus.Done) return TryEnqueueSlowly(status, in message);
        _sink.Sent(1);
        return true;
    }

    /// <summary>Sends a message to a durable queue if there is room, and does not wait for the disk. Never waits.</summary>
    /// <param name="message">The message.</param>
    /// <param name="mark">What to wait for with <see cref="QueueBase.WaitForCommit"/>; the default if there was no room.</param>
    /// <returns>Whether there was room.</returns>
    /// <exception cref="InvalidOperationException">The queue is not durable.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed.</exception>
    /// <exception cref="ShmQueueDurabilityException">With <see cref="ShmQueueOptions.CommitWithin"/>: an earlier commit failed. The message
    /// was sent.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    public bool TryEnqueue(in TMessage message, out CommitMark mark)
    {
        Committer committer = Handle.Session.Committer ?? throw Handle.HasNoJournal();
        bool isSent = TryEnqueueSlowly(RingStatus.Done, in message);
        mark = isSent ? new CommitMark(Committer.SentHere) : default;
        if (isSent) committer.CommitLater();
        return isSent;
    }

    /// <summary>Kept out of the way of queues without a journal: they pass one test of a field, and no call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEnqueueMarked(in TMessage message) => TryEnqueue(in message, out CommitMark _);

    /// <inheritdoc/>
    public bool TryEnqueue(in TMessage message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryEnqueue(in message) || Wait(in message, deadline, CancellationToken.None);
    }

    /// <inheritdoc/>
    public int TryEnqueue(ReadOnlySpan<TMessage> messages)
    {
        Handle.ThrowIfDisposed();
        return TrySend(messages, waits: false);
    }

    private int TrySend(ReadOnlySpan<TMessage> messages, bool waits)
    {
        int sent = 0;
        try
        {
            while (sent < messages.Length)
            {
                RingStatus status = _sink.TrySend(messages[sent..], out int run);
                sent += run;
                if (status == RingStatus.Done) _sink.Sent(run);
                // In a broadcast queue the producer makes the room, a part of the ring at a time, so what was sent is not all there is room
                // for.
                if (status == RingStatus.Done && _end.MakesRoom) continue;
                if (status == RingStatus.Blocked) status = _end.TryMakeRoom(waits);
                if (status == RingStatus.Done && run == 0) continue;
                if ((sent > 0 && status != RingStatus.Completing) || status is RingStatus.Done or RingStatus.Blocked) return sent;
                _end.Resolve(status);
            }

            return sent;
        }
        catch when (sent > 0 && !TSink.RunsUserCode)
        {
            // Asking the system who lives can fail. The caller learns what was sent; a later call reports the error. What a serializer
            // throws goes to the caller: the count lacks what the last run has sent, and the caller must not send that again.
            return sent;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueTask EnqueueAsync(TMessage message, CancellationToken cancellationToken = default)
    {
        if (_committer != null) return EnqueueAndCommitAsync(message, cancellationToken);
        // Behind those who wait already, or their turn would never come.
        if (TSink.RunsUserCode || cancellationToken.IsCancellationRequested || _end.Line.HasCalls
            || _sink.TrySend(in message) != RingStatus.Done)
            return Pending.Start(in message, cancellationToken);
        _sink.Sent(1);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        WaitsToWrite.Start(default, closely: false, cancellationToken);

    /// <inheritdoc/>
    public ChannelWriter<TMessage> AsChannelWriter() => ChannelAdapters.Write(this, Complete);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEnqueueSlowly(RingStatus status, in TMessage message)
    {
        while (true)
        {
            if (status == RingStatus.Blocked) status = _end.TryMakeRoom(waits: false);
            if (status == RingStatus.Blocked) return false;
            if (status != RingStatus.Done) _end.Resolve(status);
            status = TrySend(in message);
            if (status != RingStatus.Done) continue;
            _sink.Sent(1);
            return true;
        }
    }

    private RingStatus TrySend(in TMessage message) =>
        Handle.Session.Committer == null ? _sink.TrySend(in message) : _sink.TrySendNoted(in message);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnqueueAndCommit(in TMessage message, CancellationToken cancellationToken)
    {
        if (_sink.TrySendNoted(in message) == RingStatus.Done) _sink.Sent(1);
        else _ = Wait(in message, Deadline.Never, cancellationToken);
        _committer!.AfterSending(cancellationToken);
    }

    private async ValueTask EnqueueAndCommitAsync(TMessage message, CancellationToken cancellationToken)
    {
        long limit;
        if (!TSink.RunsUserCode && !cancellationToken.IsCancellationRequested && !_end.Line.HasCalls
            && _sink.TrySendNoted(in message) == RingStatus.Done)
        {
            _sink.Sent(1);
            limit = Committer.SentHere;
        }
        else
        {
            await Pending.Start(in message, cancellationToken).ConfigureAwait(false);
            // Another thread has sent it: all that was sent so far.
            limit = Handle.Session.SentSoFar;
        }

        await _committer!.AfterSendingAsync(limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One look: sends, and makes the room for it where producers do.</summary>
    private RingStatus SendMakingRoom(in TMessage message)
    {
        while (true)
        {
            RingStatus status = TrySend(in message);
            if (status == RingStatus.Done) _sink.Sent(1);
            if (status != RingStatus.Blocked) return status;
            status = _end.TryMakeRoom(waits: true);
            if (status != RingStatus.Done) return status;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Wait(in TMessage message, Deadline deadline, CancellationToken cancellationToken)
    {
        // Where producers make the room, there often is some to be made. Only if there is none does it pay to stay away for a while.
        if (_end.MakesRoom && SendMakingRoom(in message) == RingStatus.Done) return true;
        SendCall call = new(this, in message);
        return WaitLoop.Run(_end, ref call, passesOver: false, deadline, completedIsFalse: false, cancellationToken);
    }

    private static void ThrowCancelled(CancellationToken cancellationToken) => cancellationToken.ThrowIfCancellationRequested();

    private readonly ref struct SendCall(Sender<TMessage, TSink> sender, in TMessage message) : IWaitingCall
    {
        private readonly ref readonly TMessage _message = ref message;

        public RingStatus Try() => sender.SendMakingRoom(in _message);
    }
}
