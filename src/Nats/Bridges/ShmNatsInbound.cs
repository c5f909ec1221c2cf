using System.Diagnostics;
using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Bridges;
using TypedShmQueue.Nats.Streams;

namespace TypedShmQueue.Nats;

/// <summary>
/// Moves messages of a stream into a local queue, by a durable consumer that it creates if there is none. Bridges on several machines that
/// name one consumer share its messages; each that names its own gets all of them.
/// </summary>
/// <remarks>
/// A message is acknowledged after the local queue has it; with <see cref="Durability.Committed"/>, after the disk has it. Beside the queue
/// the bridge remembers which messages of the stream the queue has, so that a message that is delivered again is recognized. One bridge at
/// a time moves the messages of one consumer into one queue.
/// </remarks>
public sealed class ShmNatsInbound : ShmNatsBridge
{
    private static readonly TimeSpan s_request = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    /// <summary>At the consumer, while the local queue is full.</summary>
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly BridgeSpans _spans;
    private readonly string _schema;
    private INatsJSConsumer? _consumer;
    private SequenceMemory? _memory;
    private long _moved;
    private long _recognized;
    private long _lag;
    private long _receivedAt;
    private long _foundAt;

    private ShmNatsInbound(QueueBytes queue, ShmNatsBridgeOptions options)
        : base(queue, options)
    {
        _spans = new(queue.Name, options.Subject, isOutbound: false);
        _schema = MessageHeaders.SchemaKey(queue.SchemaId);
    }

    /// <summary>Makes a bridge; it moves nothing before it runs.</summary>
    /// <typeparam name="TQueue">The emitted queue type, whatever its delivery.</typeparam>
    /// <param name="queue">The queue, which stays the caller's.</param>
    /// <param name="options">Where messages come from, and how.</param>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static ShmNatsInbound Over<TQueue>(TQueue queue, ShmNatsBridgeOptions options)
        where TQueue : class, IShmQueue<TQueue> => Over(QueueBytes.Of(queue), options);

    /// <summary>Makes a bridge for a queue whose messages are known by their bytes only.</summary>
    internal static ShmNatsInbound Over(QueueBytes queue, ShmNatsBridgeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid(inbound: true);
        return new ShmNatsInbound(queue, options);
    }

    private protected override ShmNatsBridgeStatus Describe() => new()
    {
        Direction = ShmNatsDirection.Inbound,
        Queue = Queue.Name,
        Subject = Options.Subject,
        Moved = Volatile.Read(ref _moved),
        Recognized = Volatile.Read(ref _recognized),
        InFlight = Volatile.Read(ref _receivedAt) == 0 ? 0 : 1,
        Lag = Volatile.Read(ref _lag),
        OldestInFlight = Volatile.Read(ref _receivedAt) is not 0 and var since ? Stopwatch.GetElapsedTime(since) : null,
    };

    private protected override async Task<StreamInfo> PrepareAsync(NatsJSContext context, CancellationToken cancellationToken)
    {
        StreamInfo stream = await StreamPlace.FindAsync(context, Options, cancellationToken).ConfigureAwait(false);
        string name = stream.Config.Name!;
        _consumer = await ConsumerPlace.FindAsync(context, stream.Config, Options, cancellationToken).ConfigureAwait(false);
        // A stream that was deleted and created anew counts from 1 again: what is remembered of the old one says nothing of it.
        _memory?.Dispose();
        _memory = null;
        _memory = SequenceMemory.Open(Queue, name, stream.Created, Options.Consumer!, Options.Remembered);
        await FinishAsync(_memory, cancellationToken).ConfigureAwait(false);
        return stream;
    }

    /// <summary>
    /// Whoever had the memory before may have died, or failed, when a message was sent and not noted. Before any other message is sent, the
    /// queue tells whether it has it.
    /// </summary>
    private async Task FinishAsync(SequenceMemory memory, CancellationToken cancellationToken)
    {
        if (!memory.TryGetUnfinished(Queue.RingNumber, out MessageInStream message, out long claimed)
            || Queue.WasSent(claimed, out CommitMark mark) != true) return;
        await Queue.WaitForCommitAsync(mark, cancellationToken).ConfigureAwait(false);
        memory.Add(message);
        Volatile.Write(ref _moved, _moved + 1);
    }

    private protected override void Close()
    {
        _memory?.Dispose();
        _memory = null;
    }

    private protected override async Task RunAsync(NatsJSContext context, StreamInfo stream, CancellationToken cancellationToken)
    {
        for (int failures = 1; ; failures++)
        {
            long before = _moved + _recognized;
            try
            {
                await ConsumeAsync(context, cancellationToken).ConfigureAwait(false);
                if (cancellationToken.IsCancellationRequested) return;
                Tell($"The consumer '{Options.Consumer}' of the stream '{Stream}' ended; the bridge looks for it again.");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (NatsException e)
            {
                Tell($"Messages of the stream '{Stream}' cannot be taken: {Sentence(e)}");
            }
            catch (ShmQueueDurabilityException e)
            {
                Tell(e.Message);
            }

            if (_moved + _recognized != before) failures = 1;
            if (!await PauseAsync(Delay(failures), cancellationToken).ConfigureAwait(false)) return;
            if (await PrepareAsync(context, isFirst: false, cancellationToken).ConfigureAwait(false) == null) return;
        }
    }

    private async Task ConsumeAsync(NatsJSContext context, CancellationToken cancellationToken)
    {
        // What is sent already when the bridge is stopped has some time to be committed, noted and acknowledged.
        using CancellationTokenSource end = new();
        await using ConfiguredAsyncDisposable stopping = cancellationToken.UnsafeRegister(EndLater, end).ConfigureAwait(false);
        // A server that leads the consumer no more says nothing: two beats are missed, and messages are asked for again. One that has no
        // such consumer says nothing either, so the bridge looks whether it is still there.
        NatsJSConsumeOpts fetching = new()
        {
            MaxMsgs = Options.Window,
            Expires = s_request,
            IdleHeartbeat = s_beat,
            NotificationHandler = (what, token) =>
                what is NatsJSTimeoutNotification ? LookForConsumerAsync(context, token) : Task.CompletedTask,
        };
        await foreach (INatsJSMsg<ReceivedBytes> message in _consumer!
            .ConsumeAsync(ReceivedBytesReader.Default, fetching, cancellationToken).ConfigureAwait(false))
        {
            using NatsMemoryOwner<byte> bytes = message.Data.Bytes;
            // One that waited for long behind others may be with another machine by now. If not, it is delivered again.
            if (message.Data.At != 0 && Stopwatch.GetElapsedTime(message.Data.At) > AckWait / 2) continue;
            if (message.Metadata is not { } metadata) continue;
            Volatile.Write(ref _receivedAt, Stopwatch.GetTimestamp());
            try
            {
                await MoveAsync(context, message, metadata, bytes, end.Token, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _receivedAt, 0);
            }

            Volatile.Write(ref _lag, (long)metadata.NumPending);
            Forget();
        }
    }

    private void EndLater(object? end) => ((CancellationTokenSource)end!).CancelAfter(Options.StopTimeout);

    private async Task MoveAsync(NatsJSContext context, INatsJSMsg<ReceivedBytes> message, NatsJSMsgMetadata metadata,
        NatsMemoryOwner<byte> bytes, CancellationToken end, CancellationToken cancellationToken)
    {
        ulong sequence = metadata.Sequence.Stream;
        MessageInStream stored = new(sequence, metadata.Timestamp.UtcTicks);
        BridgeSteps.At("inbound: received");
        if (_memory!.Contains(stored))
        {
            Volatile.Write(ref _recognized, _recognized + 1);
        }
        else
        {
            if (message.Headers == null || !message.Headers.TryGetLastValue(MessageHeaders.Schema, out string? schema)) schema = null;
            if (!string.Equals(schema, _schema, StringComparison.Ordinal))
                throw await MismatchAsync(context, message, sequence, schema, cancellationToken).ConfigureAwait(false);
            using Activity? activity = _spans.Begin((long)sequence, MessageHeaders.ContextOf(message.Headers));
            CommitMark mark;
            while (!TryEnqueue(bytes, stored, out mark))
                await WaitForRoomAsync(context, message, cancellationToken).ConfigureAwait(false);
            BridgeSteps.At("inbound: enqueued");
            // Were it remembered or acknowledged first, a power failure in between would lose it.
            ValueTask committed = Queue.WaitForCommitAsync(mark, end);
            if (!committed.IsCompletedSuccessfully)
                await HoldAsync(committed.AsTask(), message, isSent: true, end).ConfigureAwait(false);
            _memory.Add(stored);
            BridgeSteps.At("inbound: remembered");
            Volatile.Write(ref _moved, _moved + 1);
        }

        // Acknowledged, it would be nowhere. A queue that is created anew gets it, by a bridge of its own.
        if (Queue.IsDeleted)
            throw new ShmNatsBridgeException($"The queue '{Queue.Name}' was deleted while a bridge filled it. What it had not taken from "
                + $"the stream '{Stream}' stays there. Create the queue again, and start a bridge over it.");
        await message.AckAsync(cancellationToken: end).ConfigureAwait(false);
        BridgeSteps.At("inbound: acknowledged");
    }

    private bool TryEnqueue(NatsMemoryOwner<byte> bytes, in MessageInStream stored, out CommitMark mark)
    {
        try
        {
            _memory!.Begin(stored, Queue.RingNumber);
            return Queue.TryEnqueue(bytes.Span, ref _memory.Claimed, out mark);
        }
        catch (ArgumentException e)
        {
            throw new ShmNatsSchemaMismatchException($"The message {stored.Sequence} of the stream '{Stream}' says that it is a "
                + $"'{Queue.MessageName}', but: {e.Message} Something other than a bridge has written it. Remove it from the "
                + $"stream.", stored.Sequence);
        }
    }

    /// <summary>When the server gives a message to others that is not acknowledged. A consumer that exists has its own.</summary>
    private TimeSpan AckWait => _consumer!.Info.Config.AckWait is { Ticks: > 0 } own ? own : Options.AckWait;

    private async Task WaitForRoomAsync(NatsJSContext context, INatsJSMsg<ReceivedBytes> message, CancellationToken cancellationToken)
    {
        await HoldAsync(Queue.WaitToWriteAsync(cancellationToken).AsTask(), message, isSent: false, cancellationToken)
            .ConfigureAwait(false);
        // A stream that was created anew meanwhile would take the acknowledgement for one of its own messages.
        if (Stopwatch.GetElapsedTime(_foundAt) < s_betweenLooks) return;
        await FindConsumerAsync(context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for something, while the server must not take the message for lost.</summary>
    private async Task HoldAsync(Task something, INatsJSMsg<ReceivedBytes> message, bool isSent, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(something, Task.Delay(AckWait / 3, cancellationToken)).ConfigureAwait(false) != something)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!isSent) Tell($"The queue '{Queue.Name}' is full; messages stay in the stream until there is room.");
            try
            {
                await message.AckProgressAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (NatsException e) when (isSent)
            {
                // It is still noted, so that it is recognized when it comes again.
                Tell($"The server was not told that a message is worked on: {Sentence(e)}");
            }
        }

        await something.ConfigureAwait(false);
    }

    /// <summary><see cref="FindConsumerAsync"/>, unless nobody answers: the beats that are missed next look again.</summary>
    private async Task LookForConsumerAsync(NatsJSContext context, CancellationToken cancellationToken)
    {
        try
        {
            await FindConsumerAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e) when (e is NatsJSApiNoResponseException or NatsNoReplyException)
        {
            Tell($"The consumer '{Options.Consumer}' of the stream '{Stream}' cannot be looked for: {Sentence(e)}");
        }
    }

    /// <summary>Fails if the consumer is not the one from which messages are taken.</summary>
    private async Task FindConsumerAsync(NatsJSContext context, CancellationToken cancellationToken)
    {
        INatsJSConsumer found = await context.GetConsumerAsync(Stream!, Options.Consumer!, cancellationToken).ConfigureAwait(false);
        if (found.Info.Created != _consumer!.Info.Created)
            throw new NatsJSException($"the consumer '{Options.Consumer}' was created anew");
        _foundAt = Stopwatch.GetTimestamp();
    }

    private async Task<ShmNatsSchemaMismatchException> MismatchAsync(NatsJSContext context, INatsJSMsg<ReceivedBytes> message,
        ulong sequence, string? schema, CancellationToken cancellationToken)
    {
        const string Advice = "It stays in the stream. Take it with a program that has its version of the message, or remove it.";
        if (schema == null)
            return new($"The message {sequence} of the stream '{Stream}' has no header {MessageHeaders.Schema}: no bridge has published "
                + $"it, so nobody knows whether it is a '{Queue.MessageName}'. {Advice}", sequence);
        string name = message.Headers!.TryGetLastValue(MessageHeaders.Message, out string? given) ? given : "?";
        byte[]? text = Options.SchemaBucket is { } bucket
            ? await SchemaBucket.FindAsync(context, bucket, schema, cancellationToken).ConfigureAwait(false)
            : null;
        string difference = text == null
            ? $"its schema has the id {schema} and that of the queue {_schema} (the bucket '{Options.SchemaBucket}' does not have the text)"
            : Queue.DescribeDifference(text, "the message");
        return new($"The message {sequence} of the stream '{Stream}', a '{name}', differs from the messages of the queue '{Queue.Name}': "
            + $"{difference}. {Advice}", sequence);
    }
}
