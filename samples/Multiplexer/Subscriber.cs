namespace TypedShmQueue.Samples.Multiplexer;

/// <summary>One process that gets every reading, at its own pace and by its own rules; its name says which.</summary>
internal static class Subscriber
{
    /// <summary>Waited for: gets everything.</summary>
    public const string Archive = "archive";

    /// <summary>Named: ends in the middle, and takes up where it left off.</summary>
    public const string Billing = "billing";

    /// <summary>Takes alarms only, looking at the rest in its slot.</summary>
    public const string Alarms = "alarms";

    /// <summary>Lossy and slow: it is overtaken, and counts what it missed.</summary>
    public const string Display = "display";

    /// <summary>Comes when the first readings are older than the queue keeps them.</summary>
    public const string Late = "latecomer";

    /// <summary>How many readings billing takes before it ends the first time.</summary>
    public const int FirstBill = 40;

    public static int Run(string queueName, string reportsName, string name)
    {
        Child.FollowParent(() => ReadingQueue.Delete(queueName));
        using ReadingQueue queue = ReadingQueue.Open(queueName);
        using ReportQueue reports = ReportQueue.Open(reportsName);
        using ReadingSubscription subscription = Subscribe(queue, name);
        Report report = new() { Subscriber = name, From = subscription.Position };
        Log.Write(name, subscription.Position == 0 ? "subscribes" : $"subscribes at position {subscription.Position}");

        switch (name)
        {
            case Alarms:
                TakeAlarms(subscription, ref report);
                break;
            case Billing when subscription.Position == 0:
                TakeAll(subscription, ref report, most: FirstBill);
                break;
            case Display:
                TakeSlowly(subscription, ref report);
                break;
            default:
                TakeAll(subscription, ref report, most: int.MaxValue);
                break;
        }

        report.Missed = subscription.Missed;
        reports.Enqueue(report);
        Log.Write(name, $"unsubscribes: {report.Received} received, {report.PassedOver} passed over, {report.Missed} missed");
        return 0;
    }

    private static ReadingSubscription Subscribe(ReadingQueue queue, string name) => name switch
    {
        // While it is away the sensors wait for it, but not longer than a minute.
        Billing => queue.Subscribe(Billing, SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = TimeSpan.FromMinutes(1) }),
        Display => queue.Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = true }),
        _ => queue.Subscribe(SubscribeFrom.Oldest),
    };

    private static void TakeAll(ReadingSubscription subscription, ref Report report, int most)
    {
        Span<Reading> batch = new Reading[32];
        while (report.Received < most)
        {
            int taken = Take(subscription, batch[..(int)Math.Min(batch.Length, most - report.Received)]);
            if (taken == 0) return;
            report.Received += taken;
            Trace(report, batch[..taken]);
        }
    }

    private static void TakeSlowly(ReadingSubscription subscription, ref Report report)
    {
        while (subscription.TryDequeue(out Reading reading, Timeout.InfiniteTimeSpan))
        {
            long missed = report.Missed;
            report.Received++;
            report.Missed = subscription.Missed;
            if (report.Missed > missed)
                Log.Write(Display, $"was overtaken: missed {report.Missed - missed}, goes on with {reading.Sensor} {reading.Number}");
            Thread.Sleep(2);
        }
    }

    private static void TakeAlarms(ReadingSubscription subscription, ref Report report)
    {
        // The predicate is asked about each reading where it lies; only alarms are copied.
        while (subscription.TryDequeue(static (in Reading reading) => reading.IsAlarm, out Reading alarm, Timeout.InfiniteTimeSpan))
        {
            report.Received++;
            Log.Write(Alarms, $"{alarm.Sensor} {alarm.Number} measured {alarm.Value:F1}");
        }

        report.PassedOver = subscription.Position - report.From - report.Received - subscription.Missed;
    }

    /// <summary>0 at the end of the stream.</summary>
    private static int Take(ReadingSubscription subscription, Span<Reading> batch)
    {
        if (!subscription.TryDequeue(out batch[0], Timeout.InfiniteTimeSpan)) return 0;
        return 1 + subscription.TryDequeue(batch[1..]);
    }

    private static void Trace(in Report report, ReadOnlySpan<Reading> batch) =>
        Log.Write(report.Subscriber.ToString(),
            $"got {batch.Length}: {batch[0].Sensor} {batch[0].Number} to {batch[^1].Sensor} {batch[^1].Number}");
}
