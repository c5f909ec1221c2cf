using RabbitMQ.Client;

namespace TypedShmQueue.Bench.Durable;

/// <summary>A quorum queue of RabbitMQ, to which one channel publishes with confirms: a call returns when the broker's log has it.</summary>
internal sealed class RabbitQueue : IDisposable
{
    private const string Name = "bench";

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly BasicProperties _persistent = new() { Persistent = true };
    private readonly byte[] _message = new byte[64];

    private RabbitQueue(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<RabbitQueue> OpenAsync(RabbitNode node)
    {
        ConnectionFactory factory = new() { HostName = "127.0.0.1", Port = node.Port };
        IConnection connection = await factory.CreateConnectionAsync().ConfigureAwait(false);
        IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true,
            publisherConfirmationTrackingEnabled: true)).ConfigureAwait(false);
        _ = await channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" }).ConfigureAwait(false);
        return new RabbitQueue(connection, channel);
    }

    public void Enqueue() => PublishAsync().GetAwaiter().GetResult();

    public void Enqueue64()
    {
        Task[] all = new Task[64];
        for (int i = 0; i < all.Length; i++) all[i] = PublishAsync();
        Task.WaitAll(all);
    }

    public void Dispose()
    {
        _channel.Dispose();
        _connection.Dispose();
    }

    private Task PublishAsync() => _channel.BasicPublishAsync("", Name, mandatory: false, _persistent, _message).AsTask();
}
