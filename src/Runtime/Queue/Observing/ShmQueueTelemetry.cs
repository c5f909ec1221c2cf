namespace TypedShmQueue;

/// <summary>What to name where metrics are collected; docs/observing.md lists them.</summary>
public static class ShmQueueTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> that all queues of this process report to.</summary>
    public const string MeterName = "TypedShmQueue";
}
