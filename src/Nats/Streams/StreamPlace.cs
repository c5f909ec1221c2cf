using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Nats.Streams;

/// <summary>Finds or creates the stream of a bridge, and refuses one that would lose or double messages.</summary>
internal static class StreamPlace
{
    private const int JetStreamOff = 10039;

    /// <summary>The server's own, for a stream that is created without one.</summary>
    private static readonly TimeSpan s_defaultWindow = TimeSpan.FromMinutes(2);

    /// <summary>The stream of an outbound bridge.</summary>
    /// <exception cref="ShmNatsBridgeException">There is none, or it cannot hold the messages.</exception>
    /// <exception cref="NatsException">The server did not answer, or refused.</exception>
    public static async Task<StreamInfo> FindForSendingAsync(INatsJSContext context, ShmNatsBridgeOptions options, QueueBytes queue,
        CancellationToken cancellationToken)
    {
        // What would be refused is not created.
        if (options.Create is { } wanted) Check(wanted);
        StreamInfo stream = await FindAsync(context, options, cancellationToken).ConfigureAwait(false);
        Check(stream.Config);
        return stream;

        void Check(StreamConfig config) => ThrowIfUnfit(context.Connection, config, options, queue);
    }

    private static void ThrowIfUnfit(INatsConnection connection, StreamConfig config, ShmNatsBridgeOptions options, QueueBytes queue)
    {
        if (!(config.Subjects ?? []).Any(subject => Takes(subject, options.Subject)))
            throw new ShmNatsBridgeException($"The stream '{config.Name}' does not take the subject '{options.Subject}' but "
                + $"{List(config.Subjects)}, so messages would go nowhere. Add the subject to the stream, or set another Subject.");
        if (config.Sealed) throw new ShmNatsBridgeException($"The stream '{config.Name}' is sealed and takes no message. Use another one.");
        if (config.NoAck)
            throw new ShmNatsBridgeException($"The stream '{config.Name}' acknowledges no message (no_ack), so a bridge never knows what "
                + $"it has. Change the stream, or use another one.");
        ThrowIfTooLarge(connection, config, queue);
        ThrowIfWindowIsShort(config, options);
    }

    /// <summary>The stream.</summary>
    /// <inheritdoc cref="FindForSendingAsync" path="/exception"/>
    public static async Task<StreamInfo> FindAsync(INatsJSContext context, ShmNatsBridgeOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            string? name = options.Stream ?? options.Create?.Name;
            if (name == null)
            {
                await foreach (string found in context.ListStreamNamesAsync(options.Subject, cancellationToken).ConfigureAwait(false))
                {
                    name = found;
                    break;
                }
            }

            if (name == null)
                throw new ShmNatsBridgeException($"No stream takes the subject '{options.Subject}', so messages would go nowhere. Create a "
                    + $"stream (nats stream add), set ShmNatsBridgeOptions.Create, or correct the subject.");
            return (await FoundOrCreated.GetAsync(() => context.GetStreamAsync(name, cancellationToken: cancellationToken),
                () => context.CreateStreamAsync(options.Create ?? throw new ShmNatsBridgeException($"There is no stream '{name}'. Create "
                    + $"it (nats stream add), or set ShmNatsBridgeOptions.Create so that the bridge creates it."), cancellationToken))
                .ConfigureAwait(false)).Info;
        }
        catch (NatsJSApiException e) when (e.Error.ErrCode == JetStreamOff)
        {
            throw new ShmNatsBridgeException("The server has no JetStream for this account. Start it with -js, or enable JetStream for the "
                + "account.", e);
        }
        catch (NatsJSApiException e) when (e.Error.Code is 400 or 500)
        {
            throw new ShmNatsBridgeException($"The server refuses the stream of the subject '{options.Subject}': "
                + $"{e.Error.Description}.", e);
        }
    }

    /// <summary>Whether a subject of a stream, which may have wildcards, takes a subject.</summary>
    public static bool Takes(string pattern, string subject)
    {
        string[] wanted = pattern.Split('.');
        string[] given = subject.Split('.');
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] is ">") return given.Length > i;
            if (i >= given.Length || (wanted[i] is not "*" && !string.Equals(wanted[i], given[i], StringComparison.Ordinal))) return false;
        }

        return wanted.Length == given.Length;
    }

    private static void ThrowIfTooLarge(INatsConnection connection, StreamConfig config, QueueBytes queue)
    {
        int needed = queue.MaxBytes + MessageHeaders.MostBytes;
        if (connection.ServerInfo is { MaxPayload: > 0 and var payload } && needed > payload)
            throw new ShmNatsBridgeException($"A message of the queue '{queue.Name}' takes up to {Count(queue.MaxBytes)} bytes, and its "
                + $"headers {Count(MessageHeaders.MostBytes)}, but the server takes {Count(payload)} at most. Raise max_payload of the "
                + $"server, or send smaller messages.");
        if (config.MaxMsgSize > 0 && needed > config.MaxMsgSize)
            throw new ShmNatsBridgeException($"A message of the queue '{queue.Name}' takes up to {Count(queue.MaxBytes)} bytes, and its "
                + $"headers {Count(MessageHeaders.MostBytes)}, but the stream '{config.Name}' takes {Count(config.MaxMsgSize)} at most. "
                + $"Raise its maximum message size, or send smaller messages.");
    }

    /// <summary>
    /// A message whose acknowledgement was lost is published again; the stream must still know it then. It knows it for its window.
    /// </summary>
    private static void ThrowIfWindowIsShort(StreamConfig config, ShmNatsBridgeOptions options)
    {
        TimeSpan needed = 2 * (options.AckTimeout + options.MaxRetryDelay);
        TimeSpan window = config.DuplicateWindow == TimeSpan.Zero ? s_defaultWindow : config.DuplicateWindow;
        if (window >= needed) return;
        throw new ShmNatsBridgeException($"The stream '{config.Name}' recognizes duplicates for {window}, but a message "
            + $"may be published again after {needed} (twice AckTimeout and MaxRetryDelay), and would be in the stream twice. Set the "
            + $"stream's duplicate window to at least {needed}, or shorten AckTimeout and MaxRetryDelay.");
    }

    private static string List(ICollection<string>? subjects) =>
        subjects is { Count: > 0 } ? string.Join(", ", subjects.Select(static subject => $"'{subject}'")) : "none";

    private static string Count(int bytes) => bytes.ToString("#,0", CultureInfo.InvariantCulture);
}
