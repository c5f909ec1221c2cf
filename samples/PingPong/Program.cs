using System.Runtime.InteropServices;
using TypedShmQueue;
using TypedShmQueue.Samples.PingPong;

if (args is ["return", var ping, var pong, var policy]) return Returner.Run(ping, pong, Enum.Parse<WaitPolicy>(policy));

using CancellationTokenSource stop = new();
// Ctrl+C ends the game by the way that cleans up.
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    Console.WriteLine($"Two processes, two queues, one message of {BallQueue.MessageSize} bytes to and " +
        $"fro; {Environment.ProcessorCount} core(s).");
    Table.WriteHead();
    foreach (WaitPolicy wait in Enum.GetValues<WaitPolicy>())
    {
        // On one core, whoever spins keeps away whom it waits for until its time slice ends.
        if (wait == WaitPolicy.Spin && Environment.ProcessorCount == 1) continue;
        if (await Server.MeasureAsync(wait, stop.Token) is not { } times) return 1;
        Table.WriteRow(wait, times);
    }

    return 0;
}
catch (OperationCanceledException)
{
    return 130;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
