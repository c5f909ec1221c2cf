using System.Diagnostics;
using System.Runtime.Loader;

namespace TypedShmQueue.Nats.Bridges;

/// <summary>
/// Makes the spans of a bridge, by OpenTelemetry's conventions for messaging. While nobody listens that is one look at a list.
/// </summary>
internal sealed class BridgeSpans(string queue, string subject, bool isOutbound)
{
    private static readonly ActivitySource s_source =
        new(ShmQueueTelemetry.ActivitySourceName, typeof(ShmQueueTelemetry).Assembly.GetName().Version?.ToString(3));

    // The runtime lists every source: in a collectible context that would keep the context.
    static BridgeSpans()
    {
        if (AssemblyLoadContext.GetLoadContext(typeof(BridgeSpans).Assembly) is { IsCollectible: true } context)
            context.Unloading += static _ => s_source.Dispose();
    }

    private readonly string _name = isOutbound ? $"publish {subject}" : $"receive {subject}";

    /// <param name="position">The message's position in the queue, or its sequence in the stream.</param>
    /// <param name="parent">The trace that it continues.</param>
    public Activity? Begin(long position, ActivityContext parent = default)
    {
        if (!s_source.HasListeners()) return null;
        TagList tags = new()
        {
            { "messaging.system", "nats" },
            { "messaging.destination.name", subject },
            { "messaging.typedshmqueue.queue", queue },
            { "messaging.message.id", position },
            { "messaging.operation.name", isOutbound ? "publish" : "receive" },
            { "messaging.operation.type", isOutbound ? "send" : "receive" },
        };
        return s_source.StartActivity(_name, isOutbound ? ActivityKind.Producer : ActivityKind.Consumer, parent, tags);
    }
}
