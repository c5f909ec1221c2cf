using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace TypedShmQueue.Nats.Streams;

/// <summary>Finds or creates the consumer of an inbound bridge, and refuses one that would lose or double messages.</summary>
internal static class ConsumerPlace
{
    private const int BadRequest = 400;

    /// <summary>The consumer.</summary>
    /// <exception cref="ShmNatsBridgeException">It is not fit for a bridge, or the server refuses it.</exception>
    /// <exception cref="NATS.Client.Core.NatsException">The server did not answer, or refused.</exception>
    public static async Task<INatsJSConsumer> FindAsync(INatsJSContext context, StreamConfig stream, ShmNatsBridgeOptions options,
        CancellationToken cancellationToken)
    {
        INatsJSConsumer found;
        try
        {
            found = await FoundOrCreated.GetAsync(() => context.GetConsumerAsync(stream.Name!, options.Consumer!, cancellationToken),
                () => context.CreateOrUpdateConsumerAsync(stream.Name!, Wanted(options), cancellationToken)).ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == BadRequest)
        {
            throw new ShmNatsBridgeException($"The server refuses the consumer '{options.Consumer}' of the stream '{stream.Name}': "
                + $"{e.Error.Description}.", e);
        }

        ThrowIfUnfit(found.Info.Config, stream, options);
        return found;
    }

    private static ConsumerConfig Wanted(ShmNatsBridgeOptions options) => new(options.Consumer!)
    {
        DeliverPolicy = options.DeliverFrom,
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = options.AckWait,
        FilterSubject = options.Subject,
        // For all bridges that share the consumer: room for the windows of many.
        MaxAckPending = 64 * 1024,
        MaxDeliver = -1,
    };

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
