using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.Loader;

namespace TypedShmQueue.Nats.Bridges;

/// <summary>The instruments of bridges. They are read when a collector asks: moving a message pays nothing for them.</summary>
internal static class BridgeMeter
{
    private const string Prefix = "messaging.typedshmqueue.bridge.";

    private static readonly ConcurrentDictionary<ShmNatsBridge, KeyValuePair<string, object?>[]> s_running = [];
    private static readonly Meter s_meter =
        new(ShmQueueTelemetry.MeterName, typeof(ShmQueueTelemetry).Assembly.GetName().Version?.ToString(3));

    // The runtime lists every meter: in a collectible context that would keep the context.
    static BridgeMeter()
    {
        if (AssemblyLoadContext.GetLoadContext(typeof(BridgeMeter).Assembly) is { IsCollectible: true } context)
            context.Unloading += static _ => s_meter.Dispose();
        Count("moved", "Messages that bridges have moved.", static status => status.Moved);
        Count("recognized", "Messages that the other side had already.", static status => status.Recognized);
        Count("retried", "How often a message was published again.", static status => status.Retried);
        Level("in_flight", "{message}", "Messages on their way.", static status => status.InFlight);
        Level("lag", "{message}", "Messages that have still to be moved.", static status => status.Lag);
        Level("connected", "{bridge}", "1 while the bridge is connected, else 0.", static status => status.IsConnected ? 1 : 0);
        _ = s_meter.CreateObservableGauge(Prefix + "oldest", () => Read(static status => status.OldestInFlight?.TotalSeconds ?? 0), "s",
            "How long the oldest message is on its way.");
    }

    public static void Add(ShmNatsBridge bridge) => s_running[bridge] =
    [
        new("messaging.system", "nats"),
        new("messaging.destination.name", bridge.Options.Subject),
        new("messaging.typedshmqueue.queue", bridge.Queue.Name),
        new("messaging.typedshmqueue.bridge.direction", bridge is ShmNatsOutbound ? "outbound" : "inbound"),
    ];

    public static void Remove(ShmNatsBridge bridge) => s_running.TryRemove(bridge, out _);

    private static void Count(string name, string description, Func<ShmNatsBridgeStatus, long> value) =>
        s_meter.CreateObservableCounter(Prefix + name, () => Read(value), "{message}", description);

    private static void Level(string name, string unit, string description, Func<ShmNatsBridgeStatus, long> value) =>
        s_meter.CreateObservableUpDownCounter(Prefix + name, () => Read(value), unit, description);

    private static IEnumerable<Measurement<TValue>> Read<TValue>(Func<ShmNatsBridgeStatus, TValue> value) where TValue : struct =>
        [.. s_running.Select(bridge => new Measurement<TValue>(value(bridge.Key.Status), bridge.Value))];
}
