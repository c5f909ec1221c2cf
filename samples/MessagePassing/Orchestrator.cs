using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.MessagePassing;

/// <summary>
/// Creates the queue, starts two senders and, late, a receiver; ends the stream when the senders are done; cleans up whatever happens.
/// </summary>
internal static class Orchestrator
{
    private const string Name = "Orchestrator";
    private const int Interrupted = 130;

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        // A name that nobody has: any number of runs at a time stay apart.
        using MailQueue queue = MailQueue.Create(ShmQueueName.NewUnique());
        try
        {
            return await RunAsync(queue, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            Log.Write(Name, "interrupted");
            return Interrupted;
        }
        finally
        {
            queue.Delete();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(MailQueue queue, CancellationToken stop)
    {
        Log.Write(Name, $"created a queue of {queue.Capacity} slots for messages of {MailQueue.MessageSize} bytes");

        // Disposing a child ends it, so that whichever way this method is left, no process stays behind.
        using Child senderA = Child.Start("Sender-A", "send", queue.Name, "Sender-A", "3", "101");
        using Child senderB = Child.Start("Sender-B", "send", queue.Name, "Sender-B", "2", "201");
        Task<bool[]> senders = Task.WhenAll(senderA.EndsWellAsync(stop), senderB.EndsWellAsync(stop));

        // The receiver comes late on purpose: what was sent before waits in the queue for it.
        while (queue.Count < 2 && !senders.IsCompleted) await Task.Delay(10, stop);
        using Child child = Child.Start("Receiver", "receive", queue.Name);
        Task<bool> receiver = child.EndsWellAsync(stop);

        // Without a receiver nothing more can be consumed, so its early end is the end.
        if (await Task.WhenAny(senders, receiver) == receiver && !await receiver) return false;

        bool[] sentAll = await senders;
        // Nothing more will be sent. This, and not a count, tells the receiver when it has consumed everything.
        queue.Complete();
        bool receivedAll = await receiver;

        ShmQueueStatistics statistics = queue.GetStatistics();
        Log.Write(Name, $"{statistics.Enqueued} messages sent, {statistics.Dequeued} received, {queue.Count} left");
        return receivedAll && !sentAll.Contains(false);
    }
}
