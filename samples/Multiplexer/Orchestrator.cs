using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Multiplexer;

/// <summary>
/// Creates the queues, starts sensors and subscribers that come and go, ends the stream, adds up the reports, and cleans up whatever
/// happens.
/// </summary>
internal static class Orchestrator
{
    private const string Name = "Orchestra";
    private const int Interrupted = 130;
    private const int FirstReadings = 50, MoreReadings = 400, Reports = 6;

    /// <summary>How long the queue keeps a reading for those who come later.</summary>
    private static readonly TimeSpan s_retention = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using ReadingQueue readings = ReadingQueue.Create(ShmQueueName.NewUnique(), new ShmQueueOptions { Retention = s_retention });
        using ReportQueue reports = ReportQueue.Create(ShmQueueName.NewUnique());
        try
        {
            return await RunAsync(readings, reports, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            Log.Write(Name, "interrupted");
            return Interrupted;
        }
        finally
        {
            readings.Delete();
            reports.Delete();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(ReadingQueue readings, ReportQueue reports, CancellationToken stop)
    {
        // Disposing a child ends it, so that whichever way this method is left, no process stays behind.
        using Child archive = Subscribe(Subscriber.Archive), billing = Subscribe(Subscriber.Billing), alarms = Subscribe(Subscriber.Alarms),
            display = Subscribe(Subscriber.Display);
        await UntilAsync(() => readings.Subscriptions.Count == 4, archive, billing, alarms, display);

        using Child north = Measure("north", FirstReadings);
        if (!await north.EndsWellAsync(stop) || !await billing.EndsWellAsync(stop)) return false;
        foreach (ShmQueueSubscription s in readings.Subscriptions)
            Log.Write(Name, $"{s.Name ?? "(anonymous)"}: position {s.Position}, {s.Lag} to take, "
                + $"{(s.IsAlive ? $"held by process {s.ProcessId}" : "without a holder")}");

        Log.Write(Name, $"waits until the first readings are older than {s_retention.TotalSeconds:F0} s");
        await Task.Delay(s_retention + TimeSpan.FromMilliseconds(100), stop);
        Log.Write(Name, $"the ring still holds {readings.Count} readings, which a newcomer does not get");
        using Child late = Subscribe(Subscriber.Late), billingAgain = Subscribe(Subscriber.Billing);
        await UntilAsync(() => readings.Subscriptions.Count(s => s.IsAlive) == 5, archive, alarms, display, late, billingAgain);

        using Child south = Measure("south", MoreReadings), east = Measure("east", MoreReadings);
        bool[] sent = await Task.WhenAll(south.EndsWellAsync(stop), east.EndsWellAsync(stop));
        // Nothing more will be sent: each subscriber ends when it has taken the rest.
        readings.Complete();
        Child[] subscribers = [archive, alarms, display, late, billingAgain];
        bool[] ended = await Task.WhenAll(subscribers.Select(s => s.EndsWellAsync(stop)));
        if (sent.Contains(false) || ended.Contains(false)) return false;

        Report[] all = new Report[Reports];
        int count = reports.TryDequeue(all);
        return Summary.AddsUp(all[..count], readings.GetStatistics().Enqueued) && count == Reports;

        Child Subscribe(string name) => Child.Start(name, "subscribe", readings.Name, reports.Name, name);

        Child Measure(string name, int count) => Child.Start(name, "measure", readings.Name, name, $"{count}");

        async Task UntilAsync(Func<bool> holds, params Child[] children)
        {
            while (!holds() && !children.Any(c => c.HasExited)) await Task.Delay(10, stop);
        }
    }
}
