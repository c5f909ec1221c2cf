using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Nats.Streams;

/// <summary>The key-value bucket in which the text of each schema stands under its id, so that others can read a stream.</summary>
internal static class SchemaBucket
{
    /// <summary>Stores the queue's schema unless it is there.</summary>
    /// <param name="stream">The context.</param>
    /// <param name="bucket">The bucket; it is created if there is none.</param>
    /// <param name="replicas">How many servers hold it if it is created: as many as hold the stream.</param>
    /// <param name="queue">Whose schema.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task StoreAsync(INatsJSContext stream, string bucket, int replicas, QueueBytes queue,
        CancellationToken cancellationToken)
    {
        NatsKVContext buckets = new(stream);
        INatsKVStore store = await FoundOrCreated.GetAsync(() => buckets.GetStoreAsync(bucket, cancellationToken),
            () => buckets.CreateStoreAsync(new NatsKVConfig(bucket)
            {
                Description = "Schemas of TypedShmQueue: the layout of each message, by its id.",
                NumberOfReplicas = Math.Max(1, replicas),
            }, cancellationToken)).ConfigureAwait(false);
        string key = MessageHeaders.SchemaKey(queue.SchemaId);
        NatsResult<NatsKVEntry<byte[]>> entry = await store.TryGetEntryAsync<byte[]>(key, serializer: NatsRawSerializer<byte[]>.Default,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        if (entry.Success && entry.Value.Value is { } text && queue.Schema.Span.SequenceEqual(text)) return;
        _ = await store.PutAsync(key, queue.Schema.ToArray(), NatsRawSerializer<byte[]>.Default, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The text of a schema; null if nobody has stored it.</summary>
    public static async Task<byte[]?> FindAsync(INatsJSContext stream, string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            INatsKVStore store = await new NatsKVContext(stream).GetStoreAsync(bucket, cancellationToken).ConfigureAwait(false);
            NatsResult<NatsKVEntry<byte[]>> entry = await store.TryGetEntryAsync<byte[]>(key,
                serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken).ConfigureAwait(false);
            return entry.Success ? entry.Value.Value : null;
        }
        catch (NatsException)
        {
            return null;
        }
    }
}
