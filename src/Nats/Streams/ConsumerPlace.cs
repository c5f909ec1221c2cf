using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace TypedShmQueue.Nats.Streams;

/// <summary>Finds or creates the consumer of an inbound bridge, and refuses one that would lose or double messages.</summary>
internal static class ConsumerPlace
{
    private const int NotFound = 404;
    private const int BadRequest = 400;

    /// <summary>The consumer.</summary>
    /// <exception cref="ShmNatsBridgeException">It is not fit for a bridge, or the server refuses it.</exception>
    /// <exception cref="NATS.Client.Core.NatsException">The server did not answer, or refused.</exception>
    public static async Task<INatsJSConsumer> FindAsync(INatsJSContext context, StreamConfig stream, ShmNatsBridgeOptions options,
        CancellationToken cancellationToken)
    {
        INatsJSConsumer found = await TryFindAsync(context, stream.Name!, options, cancellationToken).ConfigureAwait(false)
            ?? await CreateAsync(context, stream.Name!, options, cancellationToken).ConfigureAwait(false);
        ThrowIfUnfit(found.Info.Config, stream, options);
        return found;
    }

    private static async Task<INatsJSConsumer?> TryFindAsync(INatsJSContext context, string stream, ShmNatsBridgeOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            return await context.GetConsumerAsync(stream, options.Consumer!, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            return null;
        }
    }

    /// <summary>Of several bridges that create it at once, the server may refuse all but one, although they ask for the same.</summary>
    private static async Task<INatsJSConsumer> CreateAsync(INatsJSContext context, string stream, ShmNatsBridgeOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            return await context.CreateOrUpdateConsumerAsync(stream, new ConsumerConfig(options.Consumer!)
            {
                DeliverPolicy = options.DeliverFrom,
                AckPolicy = ConsumerConfigAckPolicy.Explicit,
                AckWait = options.AckWait,
                FilterSubject = options.Subject,
                // For all bridges that share the consumer: room for the windows of many.
                MaxAckPending = 64 * 1024,
                MaxDeliver = -1,
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == BadRequest)
        {
            return await TryFindAsync(context, stream, options, cancellationToken).ConfigureAwait(false)
                ?? throw new ShmNatsBridgeException($"The server refuses the consumer '{options.Consumer}' of the stream '{stream}': "
                    + $"{e.Error.Description}.", e);
        }
    }

    private static void ThrowIfUnfit(ConsumerConfig config, StreamConfig stream, ShmNatsBridgeOptions options)
    {
        if (config.AckPolicy != ConsumerConfigAckPolicy.Explicit)
            throw Unfit($"has the acknowledgement policy {config.AckPolicy}, and a bridge acknowledges each message when the local queue "
                + $"has it");
        if (!string.IsNullOrEmpty(config.DeliverSubject))
            throw Unfit($"is delivered to the subject '{config.DeliverSubject}', and a bridge asks for messages when it has room");
        if (config.MaxDeliver > 0)
            throw Unfit($"gives a message up after {config.MaxDeliver} deliveries, so that a bridge could lose it");
        if (config.HeadersOnly) throw Unfit("delivers headers only");
        string[] filters = config.FilterSubjects is { Count: > 0 } several ? [.. several]
            : string.IsNullOrEmpty(config.FilterSubject) ? [.. stream.Subjects ?? []] : [config.FilterSubject];
        if (filters is not [var filter] || !string.Equals(filter, options.Subject, StringComparison.Ordinal))
            throw Unfit($"takes {string.Join(", ", filters.Select(static subject => $"'{subject}'"))}, and the bridge is for "
                + $"'{options.Subject}'");

        ShmNatsBridgeException Unfit(string what) => new($"The consumer '{options.Consumer}' of the stream '{stream.Name}' {what}. Delete "
            + $"the consumer, or name another one.");
    }
}
