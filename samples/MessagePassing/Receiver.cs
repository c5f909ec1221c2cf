using System.Diagnostics;

namespace TypedShmQueue.Samples.MessagePassing;

/// <summary>Prints every message with its latency, until the queue is completed and empty. It knows neither senders nor counts.</summary>
internal static class Receiver
{
    public static int Run(string queueName)
    {
        Child.FollowParent(() => MailQueue.Delete(queueName));
        using MailQueue queue = MailQueue.Open(queueName);
        Log.Write("Receiver", $"starts; {queue.Count} messages were sent before it");

        int received = 0;
        // False only when the queue was completed and all of it was taken: until then it waits for late messages, using no CPU.
        while (queue.TryDequeue(out Mail mail, Timeout.InfiniteTimeSpan))
        {
            TimeSpan latency = Stopwatch.GetElapsedTime(mail.SentTicks);
            received++;
            Log.Write("Receiver", $"got {mail.Id} {mail.From} -> {mail.To} \"{mail.Content}\", sent "
                + $"{mail.Timestamp.ToLocalTime():HH:mm:ss.fff}, latency {Readable(latency)}");
        }

        Log.Write("Receiver", $"consumed all {received}, shuts down");
        return 0;
    }

    private static string Readable(TimeSpan latency) => latency.TotalMilliseconds < 1
        ? $"{latency.TotalMicroseconds:F0} us"
        : $"{latency.TotalMilliseconds:F1} ms";
}
