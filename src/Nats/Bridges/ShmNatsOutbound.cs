using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Bridges;
using TypedShmQueue.Nats.Streams;

namespace TypedShmQueue.Nats;

/// <summary>
/// Moves the messages of a local queue to a stream: of a queue with acknowledged delivery, or those that a group of a broadcast queue gets.
/// </summary>
/// <remarks>
/// <para>A message leaves the queue when the stream has acknowledged it. Until then the bridge holds a lease on it, and publishes it again
/// after a failure. Its id in the stream is the queue's id and its position, so a message that is published again, by this bridge or by
/// another one after this one's death, is recognized by the stream for as long as its duplicate window.</para>
/// <para>Producers do not wait for the network. They wait for room in the ring, as always.</para>
/// </remarks>
public sealed class ShmNatsOutbound : ShmNatsBridge
{
    private readonly MessageHeaders _headers;
    private readonly BridgeSpans _spans;
    private IShmGroup<BytesLease>? _group;
    private OutboundWindow? _window;

    private ShmNatsOutbound(QueueBytes queue, ShmNatsBridgeOptions options)
        : base(queue, options)
    {
        _headers = new(queue, options.Group);
        _spans = new(queue.Name, options.Subject, isOutbound: true);
    }

    /// <summary>Makes a bridge; it moves nothing before it runs.</summary>
    /// <typeparam name="TQueue">The emitted queue type: with acknowledged delivery, or broadcast.</typeparam>
    /// <param name="queue">The queue, which stays the caller's.</param>
    /// <param name="options">Where messages go, and how.</param>
    /// <exception cref="ArgumentException">An option is not valid, or the queue hands out no leases.</exception>
    public static ShmNatsOutbound Over<TQueue>(TQueue queue, ShmNatsBridgeOptions options)
        where TQueue : class, IShmQueue<TQueue> => Over(QueueBytes.Of(queue), options);

    /// <summary>Makes a bridge for a queue whose messages are known by their bytes only.</summary>
    internal static ShmNatsOutbound Over(QueueBytes queue, ShmNatsBridgeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid(inbound: false);
        if (queue.Leases == null && !queue.HasGroups)
            throw new ArgumentException($"A message of the queue '{queue.Name}' leaves it when it is taken, so a bridge could lose it. "
                + $"Declare the message with Delivery = Delivery.Acknowledged, or with Delivery.Broadcast and name a "
                + $"Group.", nameof(queue));
        if (queue.Leases != null && options.Group != null)
            throw new ArgumentException($"The queue '{queue.Name}' has acknowledged delivery, which has one group without a name. Omit "
                + $"ShmNatsBridgeOptions.Group, which is '{options.Group}'.", nameof(options));
        if (queue.Leases == null && string.IsNullOrEmpty(options.Group))
            throw new ArgumentException($"The queue '{queue.Name}' is a broadcast queue. Name the group that the bridge is a member of: "
                + $"ShmNatsBridgeOptions.Group.", nameof(options));
        if (queue.LeaseTimeout is { } timeout)
            throw new ArgumentException($"The queue '{queue.Name}' was opened with LeaseTimeout = {timeout}, so others could take a "
                + $"message from the bridge while the network is away. Open the queue for the bridge without it.", nameof(queue));
        if (queue.MaxDeliveries > 0)
            throw new ArgumentException($"The queue '{queue.Name}' was opened with MaxDeliveries = {queue.MaxDeliveries}, and what a "
                + $"bridge gives back when it stops counts as delivered, so messages would go to the dead letters instead of the stream. "
                + $"Open the queue for the bridge without it.", nameof(queue));
        return new ShmNatsOutbound(queue, options);
    }

    private protected override ShmNatsBridgeStatus Describe()
    {
        OutboundWindow? window = Volatile.Read(ref _window);
        return new()
        {
            Direction = ShmNatsDirection.Outbound,
            Queue = Queue.Name,
            Subject = Options.Subject,
            Moved = window?.Moved ?? 0,
            Recognized = window?.Recognized ?? 0,
            Retried = window?.Retried ?? 0,
            InFlight = window?.InFlight ?? 0,
            Lag = CountUnsent(),
            OldestInFlight = window?.Oldest,
        };
    }

    private protected override async Task<StreamInfo> PrepareAsync(NatsJSContext context, CancellationToken cancellationToken)
    {
        StreamInfo stream = await StreamPlace.FindForSendingAsync(context, Options, Queue, cancellationToken).ConfigureAwait(false);
        if (Options.SchemaBucket is not { } bucket) return stream;
        try
        {
            await SchemaBucket.StoreAsync(context, bucket, stream.Config.NumReplicas, Queue, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e) when (e is NatsJSException or NatsNoReplyException)
        {
            // A server does not answer who may not ask.
            Tell($"The schema of '{Queue.MessageName}' could not be stored in the bucket '{bucket}': {Sentence(e)} Messages are moved "
                + $"without.");
        }

        return stream;
    }

    // A group that is not there yet holds nobody back: what is sent before the server is there would be lost to it.
    private protected override void Open() => _group = Queue.Leases == null ? Queue.JoinGroup(Options.Group!) : null;

    private protected override void Close()
    {
        _group?.Dispose();
        _group = null;
    }

    private protected override async Task RunAsync(NatsJSContext context, StreamInfo stream, CancellationToken cancellationToken)
    {
        OutboundWindow window = new(Options.Window);
        Volatile.Write(ref _window, window);
        // What is on its way when the bridge stops has some time more.
        using CancellationTokenSource end = new();
        NatsSubOpts unbounded = new() { ChannelOpts = new NatsSubChannelOpts { Capacity = 4 * Math.Max(Options.Window, 1024) } };
        // Not one of the client's own inboxes, which it takes apart itself.
        string inbox = $"{context.Connection.Opts.InboxPrefix}.{Guid.NewGuid():N}";
        INatsSub<StreamReply> replies = await context.Connection.SubscribeCoreAsync(inbox + ".*", null, new StreamReplyReader(),
            unbounded, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable subscription = replies.ConfigureAwait(false);
        OutboundPublisher publisher = new(context.Connection, Options.Subject, inbox + ".", _headers, _spans, window);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = ReadRepliesAsync(replies, window, end.Token);
        Task repeating = RepeatAsync(context, publisher, window, end.Token);
        Task taking = TakeAsync(_group ?? Queue.Leases!, publisher, window, stop.Token);
        Task first = await Task.WhenAny(taking, reading, repeating).ConfigureAwait(false);
        try
        {
            // Whichever of the others fails, for example because the queue was disposed: nothing would move any more.
            if (first != taking) await stop.CancelAsync().ConfigureAwait(false);
            await taking.ConfigureAwait(false);
            if (first == taking && window.InFlight > 0) _ = await window.EmptyAsync(Options.StopTimeout).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading, repeating).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            window.GiveBack();
        }

        await first.ConfigureAwait(false);
    }

    private protected override void Reconnected() => Volatile.Read(ref _window)?.Repeat(Stopwatch.GetTimestamp());

    /// <summary>
    /// Takes and publishes on a thread of its own until it is cancelled or the queue is at its end. The thread parks in the queue, so that
    /// a message that comes wakes just the one who publishes it: without a thread, it would go through a dispatcher and the thread pool.
    /// </summary>
    private Task TakeAsync(IShmTaker<BytesLease> taker, OutboundPublisher publisher, OutboundWindow window,
        CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Take(taker, publisher, window, cancellationToken), CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    private void Take(IShmTaker<BytesLease> taker, OutboundPublisher publisher, OutboundWindow window, CancellationToken cancellationToken)
    {
        for (int failures = 0; ;)
        {
            try
            {
                TakeOne(taker, publisher, window, cancellationToken);
                failures = 0;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ShmQueueCompletedException)
            {
                return;
            }
            catch (Exception e) when (e is NatsException or ShmQueueLimitException or ShmQueueDeadLetterException
                or ShmQueueCorruptException or ShmQueueDurabilityException)
            {
                Tell(e is NatsException ? $"A message could not be published: {Sentence(e)}" : e.Message);
                if (cancellationToken.WaitHandle.WaitOne(Delay(++failures))) return;
            }
        }
    }

    private void TakeOne(IShmTaker<BytesLease> taker, OutboundPublisher publisher, OutboundWindow window,
        CancellationToken cancellationToken)
    {
        window.Enter(cancellationToken);
        BytesLease lease = default;
        try
        {
            lease = taker.Take(cancellationToken);
            // Its position names it in the stream, and must not be another message's after a power failure.
            Queue.WaitForCommit(lease, cancellationToken);
        }
        catch
        {
            lease.Dispose();
            window.Leave();
            throw;
        }

        BridgeSteps.At("outbound: taken");
        OutboundSlot slot = window.Hold(lease, out long number);
        bool isPublished = false;
        try
        {
            ValueTask publishing = publisher.PublishAsync(slot, number, cancellationToken);
            // It waits only while the connection is away, or its buffer full.
            if (!publishing.IsCompletedSuccessfully) publishing.AsTask().GetAwaiter().GetResult();
            isPublished = true;
        }
        finally
        {
            if (!isPublished) _ = window.Fail(number, Stopwatch.GetTimestamp() + Ticks(Options.RetryDelay), out bool _);
        }

        BridgeSteps.At("outbound: published");
    }

    private async Task ReadRepliesAsync(INatsSub<StreamReply> replies, OutboundWindow window, CancellationToken cancellationToken)
    {
        int failures = 0;
        await foreach (NatsMsg<StreamReply> reply in replies.Msgs.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!long.TryParse(reply.Subject.AsSpan(reply.Subject.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out long number)) continue;
            BridgeSteps.At("outbound: answered");
            if (reply.Headers is { Code: 503 })
            {
                Fail(number, $"No stream takes the subject '{Options.Subject}' at the moment.");
            }
            else if (reply.Error is { } error)
            {
                Fail(number, $"A reply of the server cannot be read: {Sentence(error)}");
            }
            else if (reply.Data.IsStored)
            {
                if (!window.Settle(number, reply.Data.IsDuplicate)) continue;
                failures = 0;
                BridgeSteps.At("outbound: acknowledged");
                Forget();
            }
            else
            {
                Fail(number, $"The stream '{Stream}' did not take a message: {reply.Data.Error}.");
            }
        }

        void Fail(long number, string why)
        {
            // One failure of the stream fails all that is on its way: that is one step of the back-off, and not many.
            if (window.Fail(number, Stopwatch.GetTimestamp() + Ticks(Delay(failures + 1)), out bool isFirst) && isFirst) failures++;
            Tell(why);
        }
    }

    /// <summary>Publishes again what failed, or was not answered in time; and looks whether the stream is still there.</summary>
    private async Task RepeatAsync(NatsJSContext context, OutboundPublisher publisher, OutboundWindow window,
        CancellationToken cancellationToken)
    {
        TimeSpan pace = TimeSpan.FromMilliseconds(Math.Clamp(Math.Min(Options.RetryDelay.TotalMilliseconds,
            Options.AckTimeout.TotalMilliseconds) / 4, 1, 100));
        List<(OutboundSlot Slot, long Number)> due = [];
        bool wasDeleted = false;
        while (await PauseAsync(pace, cancellationToken).ConfigureAwait(false))
        {
            if (!wasDeleted && Queue.IsDeleted)
            {
                // Once: after each message that moves it would be news again.
                wasDeleted = true;
                Tell($"The queue '{Queue.Name}' was deleted: what is sent to a new one of its name does not come here.");
            }

            if (context.Connection.ConnectionState != NatsConnectionState.Open) continue;
            due.Clear();
            window.CollectDue(due, Stopwatch.GetTimestamp(), Ticks(Options.AckTimeout), out bool anyRefused);
            if (due.Count == 0) continue;
            // The stream may have been deleted underneath: it is created again where the bridge may do that.
            if (anyRefused && Options.Create != null)
                _ = await PrepareAsync(context, isFirst: false, cancellationToken).ConfigureAwait(false);
            foreach ((OutboundSlot slot, long number) in due)
            {
                try
                {
                    await publisher.PublishAsync(slot, number, cancellationToken).ConfigureAwait(false);
                }
                catch (NatsException e)
                {
                    Tell($"A message could not be published: {Sentence(e)}");
                }
                catch (ShmQueueCorruptException e)
                {
                    Tell(e.Message);
                }
            }
        }
    }

    /// <summary>Messages that the stream does not have. A look at the queue, which may be disposed by now.</summary>
    private long CountUnsent()
    {
        try
        {
            if (Queue.Leases != null) return Queue.Count;
            return Queue.GetStatistics().Groups.Where(group => string.Equals(group.Name, Options.Group, StringComparison.Ordinal))
                .Sum(static group => group.Waiting + group.Leased);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
