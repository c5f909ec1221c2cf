using System.Diagnostics.Metrics;
using TypedShmQueue.Queue.Observing;

namespace TypedShmQueue.Testing;

/// <summary>What the library's instruments report, before any pipeline has joined or dropped it.</summary>
public static class Reported
{
    /// <summary>All measurements that one collection has of the queue.</summary>
    public static IReadOnlyList<long> Of(string metric, string queue)
    {
        LateMeter.Make(); // it would come by itself, some time after the first queue
        List<long> reported = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (string.Equals(instrument.Name, metric, StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, measured, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (string.Equals(tag.Value as string, queue, StringComparison.Ordinal)) reported.Add(measured);
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return reported;
    }
}
