using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;

namespace TypedShmQueue.Bench.Calls;

/// <summary>What sending and taking cost while somebody collects the metrics ten times a second, and while nobody does.</summary>
[InProcess]
[MemoryDiagnoser]
public class ObservedCalls
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly Many _message = new() { Sequence = 1 };
    private ManyQueue _queue = null!;
    private MeterListener? _listener;
    private Timer? _collector;

    [Params(false, true)]
    public bool Collected { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _queue = ManyQueue.Create(ShmQueueName.NewUnique());
        if (!Collected) return;
        _listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (string.Equals(instrument.Meter.Name, ShmQueueTelemetry.MeterName,
                    StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _listener.Start();
        _collector = new Timer(_ => _listener.RecordObservableInstruments(), null, s_interval, s_interval);
    }

    [GlobalCleanup]
    public void Close()
    {
        _collector?.Dispose();
        _listener?.Dispose();
        _queue.Delete();
        _queue.Dispose();
    }

    [Benchmark(Description = "many/many: Enqueue + Dequeue")]
    public long Call()
    {
        _queue.Enqueue(_message);
        return _queue.Dequeue().Sequence;
    }
}
