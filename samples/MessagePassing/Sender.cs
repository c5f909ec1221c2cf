using System.Diagnostics;

namespace TypedShmQueue.Samples.MessagePassing;

/// <summary>Sends its messages at random intervals, and never waits for the receiver: it may not even have been started yet.</summary>
internal static class Sender
{
    public static int Run(string queueName, string name, int count, long firstId)
    {
        Child.FollowParent(() => MailQueue.Delete(queueName));
        using MailQueue queue = MailQueue.Open(queueName);
        for (int i = 0; i < count; i++)
        {
            Thread.Sleep(Random.Shared.Next(50, 500));
            Mail mail = new()
            {
                Id = firstId + i,
                From = name,
                To = "Receiver",
                Content = $"message {i + 1} of {count} from process {Environment.ProcessId}",
                Timestamp = DateTime.UtcNow,
                SentTicks = Stopwatch.GetTimestamp(),
            };

            // TryEnqueue never waits. False would mean that the queue is full, that is, that far more was sent than this sample sends.
            if (!queue.TryEnqueue(mail))
            {
                Console.Error.WriteLine($"{name}: the queue '{queueName}' is full, message {mail.Id} was not sent.");
                return 1;
            }

            Log.Write(name, $"sent {mail.Id}");
        }

        return 0;
    }
}
