using System.Collections.Concurrent;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using TypedShmQueue.Queue.Observing;

namespace TypedShmQueue.Runtime.Tests.Observing;

/// <summary>The SDK's pipeline with an exporter at its end that keeps the last collection.</summary>
internal sealed class Collector : IDisposable
{
    private readonly Exporter _exporter = new();
    private readonly MeterProvider _provider;

    public Collector()
    {
        LateMeter.Make(); // it would come by itself, some time after the first queue
        // The SDK keeps what a series last said (cumulative); by difference a series that says nothing is not exported.
        BaseExportingMetricReader reader = new(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(ShmQueueTelemetry.MeterName).AddReader(reader).Build();
    }

    /// <summary>
    /// Each metric of that queue, by its name and that of the operation, subscription or group: its value, or for a histogram how often,
    /// and under its name with "/sum" how much, with "/buckets to a second" in how many parts it tells shorter ones.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="directory">The folder, where queues of that name are in several.</param>
    public Dictionary<string, double> Of(string queue, string? directory = null)
    {
        _exporter.Last.Clear();
        _provider.ForceFlush().ShouldBeTrue();
        return _exporter.Last
            .Where(p =>
                string.Equals(p.Key.Queue, queue, StringComparison.Ordinal)
                && (directory is null || string.Equals(p.Key.Directory, directory, StringComparison.Ordinal)))
            .ToDictionary(p => p.Key.Metric, p => p.Value, StringComparer.Ordinal);
    }

    public void Dispose() => _provider.Dispose();

    private sealed class Exporter : BaseExporter<Metric>
    {
        public ConcurrentDictionary<(string Queue, string Directory, string Metric), double> Last { get; } = new();

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (Metric metric in batch)
            {
                foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
                {
                    Dictionary<string, string?> tags = new(StringComparer.Ordinal);
                    foreach (KeyValuePair<string, object?> tag in point.Tags) tags[tag.Key] = (string?)tag.Value;
                    tags["messaging.system"].ShouldBe("typedshmqueue");
                    bool isHistogram = metric.MetricType == MetricType.Histogram;
                    string? part = tags.GetValueOrDefault("messaging.operation.name")
                        ?? tags.GetValueOrDefault("messaging.destination.subscription.name")
                        ?? tags.GetValueOrDefault("messaging.consumer.group.name");
                    string name = part is null ? metric.Name : $"{metric.Name}/{part}";
                    string queue = tags["messaging.destination.name"]!;
                    string directory = tags["messaging.typedshmqueue.directory"]!;
                    Last[(queue, directory, name)] = metric.MetricType switch
                    {
                        MetricType.Histogram => point.GetHistogramCount(),
                        MetricType.DoubleSum => point.GetSumDouble(),
                        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
                        _ => point.GetSumLong(),
                    };
                    if (!isHistogram) continue;
                    Last[(queue, directory, name + "/sum")] = point.GetHistogramSum();
                    int shorter = 0;
                    foreach (HistogramBucket bucket in point.GetHistogramBuckets())
                    {
                        if (bucket.ExplicitBound <= 1) shorter++;
                    }

                    Last[(queue, directory, name + "/buckets to a second")] = shorter;
                }
            }

            return ExportResult.Success;
        }
    }
}
