using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Samples.Worker;

/// <summary>
/// Prints the metrics of the queue of orders now and then, as any collector would get them; and reports what was billed when the host
/// stops.
/// </summary>
internal sealed partial class ConsoleMetrics(OrderQueue orders, ReportQueue reports, Totals totals,
    ILogger<ConsoleMetrics> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, long> _values = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (string.Equals(instrument.Meter.Name, ShmQueueTelemetry.MeterName, StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag is { Key: "messaging.destination.name", Value: string queue }
                    && string.Equals(queue, orders.Name, StringComparison.Ordinal))
                    _values[instrument.Name["messaging.typedshmqueue.".Length..]] = value;
            }
        });
        listener.Start();
        using PeriodicTimer timer = new(s_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                listener.RecordObservableInstruments();
                Metrics(_values["queue.depth"], _values["queue.capacity"], _values["enqueued"], _values["dequeued"],
                    _values["queue.participants"]);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>The handler has stopped before: all is billed that was taken.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        reports.Enqueue(totals.ToReport(), cancellationToken);
    }

    [LoggerMessage(LogLevel.Information,
        "depth {Depth} of {Capacity}, enqueued {Enqueued}, dequeued {Dequeued}, participants {Participants}")]
    private partial void Metrics(long depth, long capacity, long enqueued, long dequeued, long participants);
}
