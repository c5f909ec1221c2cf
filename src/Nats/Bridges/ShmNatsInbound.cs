using System.Diagnostics;
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
    private const int NotFound = 404;

    private static readonly TimeSpan s_request = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    private readonly BridgeSpans _spans;
    private readonly string _schema;
    private INatsJSConsumer? _consumer;
    private SequenceMemory? _memory;
    private long _moved;
    private long _recognized;
    private long _lag;
    private long _receivedAt;

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
        try
        {
            _consumer = await context.GetConsumerAsync(name, Options.Consumer!, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            _consumer = await CreateConsumerAsync(context, name, cancellationToken).ConfigureAwait(false);
        }

        ConsumerConfig config = _consumer.Info.Config;
        if (config.AckPolicy != ConsumerConfigAckPolicy.Explicit)
            throw new ShmNatsBridgeException($"The consumer '{Options.Consumer}' of the stream '{name}' has the acknowledgement policy "
                + $"{config.AckPolicy}, and a bridge acknowledges each message when the local queue has it. Delete the consumer, or name "
                + $"another one.");
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

    private protected override async Task RunAsync(NatsJSContext context, StreamInfo stream, CancellationToken cancellationToken)
    {
        try
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

                if (_moved + _recognized != before) failures = 1;
                if (!await PauseAsync(Delay(failures), cancellationToken).ConfigureAwait(false)) return;
                if (await PrepareAsync(context, isFirst: false, cancellationToken).ConfigureAwait(false) == null) return;
            }
        }
        finally
        {
            _memory?.Dispose();
            _memory = null;
        }
    }

    private async Task ConsumeAsync(NatsJSContext context, CancellationToken cancellationToken)
    {
        // A server that leads the consumer no more says nothing: two beats are missed, and messages are asked for again.
        NatsJSConsumeOpts fetching = new() { MaxMsgs = Options.Window, Expires = s_request, IdleHeartbeat = s_beat };
        await foreach (INatsJSMsg<NatsMemoryOwner<byte>> message in _consumer!
            .ConsumeAsync(NatsRawSerializer<NatsMemoryOwner<byte>>.Default, fetching, cancellationToken).ConfigureAwait(false))
        {
            using NatsMemoryOwner<byte> bytes = message.Data;
            if (message.Metadata is not { } metadata) continue;
            Volatile.Write(ref _receivedAt, Stopwatch.GetTimestamp());
            try
            {
                await MoveAsync(context, message, metadata, bytes, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _receivedAt, 0);
            }

            Volatile.Write(ref _lag, (long)metadata.NumPending);
            Forget();
        }
    }

    private async Task MoveAsync(NatsJSContext context, INatsJSMsg<NatsMemoryOwner<byte>> message, NatsJSMsgMetadata metadata,
        NatsMemoryOwner<byte> bytes, CancellationToken cancellationToken)
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
            while (!TryEnqueue(bytes, stored, out mark)) await WaitForRoomAsync(message, cancellationToken).ConfigureAwait(false);
            BridgeSteps.At("inbound: enqueued");
            // Were it remembered or acknowledged first, a power failure in between would lose it.
            await Queue.WaitForCommitAsync(mark, cancellationToken).ConfigureAwait(false);
            _memory.Add(stored);
            BridgeSteps.At("inbound: remembered");
            Volatile.Write(ref _moved, _moved + 1);
        }

        await message.AckAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
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

    /// <summary>The queue is full: the server must not take the message for lost meanwhile.</summary>
    private async Task WaitForRoomAsync(INatsJSMsg<NatsMemoryOwner<byte>> message, CancellationToken cancellationToken)
    {
        Task<bool> room = Queue.WaitToWriteAsync(cancellationToken).AsTask();
        while (await Task.WhenAny(room, Task.Delay(Options.AckWait / 3, cancellationToken)).ConfigureAwait(false) != room)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tell($"The queue '{Queue.Name}' is full; messages stay in the stream until there is room.");
            await message.AckProgressAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        _ = await room.ConfigureAwait(false);
    }

    private async Task<INatsJSConsumer> CreateConsumerAsync(NatsJSContext context, string stream, CancellationToken cancellationToken)
    {
        try
        {
            return await context.CreateOrUpdateConsumerAsync(stream, new ConsumerConfig(Options.Consumer!)
            {
                DeliverPolicy = Options.DeliverFrom,
                AckPolicy = ConsumerConfigAckPolicy.Explicit,
                AckWait = Options.AckWait,
                FilterSubject = Options.Subject,
                // For all bridges that share the consumer: room for the windows of many.
                MaxAckPending = 64 * 1024,
                MaxDeliver = -1,
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == 400)
        {
            throw new ShmNatsBridgeException($"The server refuses the consumer '{Options.Consumer}' of the stream '{stream}': "
                + $"{e.Error.Description}.", e);
        }
    }

    private async Task<ShmNatsSchemaMismatchException> MismatchAsync(NatsJSContext context, INatsJSMsg<NatsMemoryOwner<byte>> message,
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
