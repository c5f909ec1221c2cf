using System.ComponentModel;
using System.Threading.Channels;
using TypedShmQueue.Channels;

namespace TypedShmQueue.CompilerServices;

/// <summary>What emitted queues and subscriptions make their channel adapters with.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ChannelAdapters
{
    /// <summary>The taking side as a channel.</summary>
    public static ChannelReader<T> Read<T>(IShmConsumer<T> consumer) => new ShmChannelReader<T>(consumer);

    /// <summary>The sending side as a channel; completing it completes the queue.</summary>
    public static ChannelWriter<T> Write<T>(IShmProducer<T> producer, Action complete) => new ShmChannelWriter<T>(producer, complete);
}
