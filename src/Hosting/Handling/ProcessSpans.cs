using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>
/// Makes the spans of a service's handler, by OpenTelemetry's conventions for messaging. While nobody listens that is one look at a list.
/// </summary>
internal sealed class ProcessSpans(string queue, string directory, string? subscription, string? group)
{
    private static readonly ActivitySource s_source =
        new(ShmQueueTelemetry.ActivitySourceName, typeof(ShmQueueTelemetry).Assembly.GetName().Version?.ToString(3));

    // The runtime lists every source: in a collectible context that would keep the context.
    static ProcessSpans()
    {
        if (AssemblyLoadContext.GetLoadContext(typeof(ProcessSpans).Assembly) is { IsCollectible: true } context)
            context.Unloading += static _ => s_source.Dispose();
    }

    private readonly string _name = $"process {queue}";

    /// <param name="batch">How many messages, for a handler of batches.</param>
    public ProcessSpan Begin(int? batch)
    {
        if (!s_source.HasListeners()) return default;
        TagList tags = new()
        {
            { "messaging.system", "typedshmqueue" },
            { "messaging.destination.name", queue },
            { "messaging.typedshmqueue.directory", directory },
            { "messaging.operation.name", "process" },
            { "messaging.operation.type", "process" },
        };
        if (batch is { } count) tags.Add("messaging.batch.message_count", count);
        if (subscription is not null) tags.Add("messaging.destination.subscription.name", subscription);
        if (group is not null) tags.Add("messaging.consumer.group.name", group);
        return new ProcessSpan(s_source.StartActivity(ActivityKind.Consumer, tags: tags, name: _name));
    }
}

/// <summary>The span of one call; nothing if nobody wants it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct ProcessSpan(Activity? activity) : IDisposable
{
    public void Failed(Exception error) =>
        activity?.SetTag("error.type", error.GetType().FullName).AddException(error).SetStatus(ActivityStatusCode.Error, error.Message);

    public void Dispose() => activity?.Dispose();
}
