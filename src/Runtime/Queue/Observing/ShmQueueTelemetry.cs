namespace TypedShmQueue;

/// <summary>What to name where metrics and spans are collected; docs/observing.md lists them.</summary>
public static class ShmQueueTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> that all queues of this process report to.</summary>
    public const string MeterName = "TypedShmQueue";

    /// <summary>
    /// The name of the <see cref="System.Diagnostics.ActivitySource"/> of spans. Handlers of a host make them (package
    /// TypedShmQueue.Hosting); sending and taking make none.
    /// </summary>
    public const string ActivitySourceName = "TypedShmQueue";
}
