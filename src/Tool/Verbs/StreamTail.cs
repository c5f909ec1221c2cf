using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TypedShmQueue.Nats;
using TypedShmQueue.Nats.Streams;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>
/// Follows the messages of a stream, and acknowledges none. Each is read by the schema that its header names, which a bridge has stored.
/// </summary>
internal static class StreamTail
{
    private const string Bucket = "tsq-schemas";

    public static int Run(Call call, string server, string? subject, string? stream, string? credentials, bool all, long count, int most)
    {
        if (subject == null && stream == null)
            throw new ShmqException(ExitCode.WrongInput, "A server has many streams: name one with --subject or --stream.");
        try
        {
            RunAsync(call, server, subject, stream, credentials, all, count, most).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested)
        {
            // Ctrl+C ends it, and that is no failure.
        }
        catch (NatsException e)
        {
            throw ServerFailure.Of(server, e);
        }
        catch (ShmNatsBridgeException e)
        {
            throw new ShmqException(ExitCode.Refused, e.Message);
        }

        return ExitCode.Done;
    }

    private static async Task RunAsync(Call call, string server, string? subject, string? stream, string? credentials, bool all, long count,
        int most)
    {
        await using NatsConnection connection = new(ServerFailure.OptionsOf(server, credentials));
        await connection.ConnectAsync();
        NatsJSContext context = new(connection);
        ShmNatsBridgeOptions place = new() { Subject = subject ?? ">", Stream = stream };
        StreamInfo found = await StreamPlace.FindAsync(context, place, call.Cancellation);
        if (all && found.State.Messages == 0 && count == long.MaxValue) call.Screen.Warn("The stream is empty so far.");
        INatsJSConsumer consumer = await context.CreateOrderedConsumerAsync(found.Config.Name!, new NatsJSOrderedConsumerOpts
        {
            DeliverPolicy = all ? ConsumerConfigDeliverPolicy.All : ConsumerConfigDeliverPolicy.New,
            FilterSubjects = subject == null ? [] : [subject],
        }, call.Cancellation);
        Dictionary<string, Known?> schemas = new(StringComparer.Ordinal);
        await foreach (INatsJSMsg<byte[]> message in consumer.ConsumeAsync(NatsRawSerializer<byte[]>.Default,
            cancellationToken: call.Cancellation))
        {
            OutputPipe.ThrowIfClosed();
            string schema = message.Headers != null && message.Headers.TryGetLastValue(MessageHeaders.Schema, out string? id) ? id : "";
            if (!schemas.TryGetValue(schema, out Known? known))
            {
                byte[]? text = await SchemaBucket.FindAsync(context, Bucket, schema, call.Cancellation);
                schemas[schema] = known = text != null && ShmSchema.TryParse(text, out ShmSchema? parsed) ? Known.Of(call, parsed) : null;
                if (known == null)
                    call.Screen.Warn(schema.Length == 0
                        ? $"Messages have no header {MessageHeaders.Schema}: no bridge has published them. Their bytes are shown."
                        : $"Nobody has stored the schema {schema} in the bucket '{Bucket}'. The bytes of its messages are shown.");
            }

            Show(call, known, message.Data ?? [], (long)message.Metadata!.Value.Sequence.Stream, most);
            if (--count == 0) return;
        }
    }

    private static void Show(Call call, Known? known, byte[] data, long sequence, int most)
    {
        if (known?.SlotOf(data) is { } slot)
        {
            TailVerb.Show(call, known.Format, known.Lines, slot, sequence, most);
            return;
        }

        string bytes = Convert.ToBase64String(data);
        call.Screen.Say(call.Json
            ? string.Create(CultureInfo.InvariantCulture, $$$"""{"position":{{{sequence}}},"message":{"$base64":"{{{bytes}}}"}}""")
            : string.Create(CultureInfo.InvariantCulture, $"{sequence}  $base64={bytes}"));
    }

    /// <summary>A schema, and how its messages are read.</summary>
    private sealed record Known(ShmSchema Schema, MessageFormat Format, MessageLines Lines)
    {
        public static Known Of(Call call, ShmSchema schema)
        {
            var format = MessageFormat.Of(schema);
            return new(schema, format, new MessageLines(call.Screen, format));
        }

        /// <summary>The message as it is in a slot of a queue; null if it cannot be one.</summary>
        public byte[]? SlotOf(byte[] data)
        {
            if (Schema.Serializer == null) return data.Length == Schema.Size ? data : null;
            if (data.Length > Schema.Size - sizeof(int)) return null;
            byte[] slot = new byte[Schema.Size];
            BitConverter.TryWriteBytes(slot, data.Length);
            data.CopyTo(slot, sizeof(int));
            return slot;
        }
    }
}
