using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Frames;

/// <summary>Creates the queues, starts viewer and recorder, then the camera, adds up the reports, and cleans up whatever happens.</summary>
internal static class Orchestrator
{
    private const int Interrupted = 130;
    private const int Reports = 6;

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using FrameQueue frames = FrameQueue.Create(ShmQueueName.NewUnique());
        using ReportQueue reports = ReportQueue.Create(ShmQueueName.NewUnique());
        try
        {
            return await RunAsync(frames, reports, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Interrupted.");
            return Interrupted;
        }
        finally
        {
            frames.Delete();
            reports.Delete();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(FrameQueue frames, ReportQueue reports, CancellationToken stop)
    {
        Console.WriteLine($"Frames of {Pixels.Width}x{Pixels.Height} pixels, {FrameQueue.MessageSize} bytes, in {frames.Capacity} slots: "
            + $"{(long)frames.Capacity * FrameQueue.SlotSize / 1_000_000} MB of shared memory.");
        Console.WriteLine();
        // Disposing a child ends it, so that whichever way this method is left, no process stays behind.
        using Child viewer = Start("viewer"), recorder = Start("recorder");
        while ((frames.Subscriptions.Count == 0 || frames.GetStatistics().Groups.Count == 0) && !viewer.HasExited && !recorder.HasExited)
            await Task.Delay(10, stop);
        using Child camera = Start("camera");
        bool[] ended = await Task.WhenAll(camera.EndsWellAsync(stop), viewer.EndsWellAsync(stop), recorder.EndsWellAsync(stop));
        Report[] all = new Report[Reports];
        int count = reports.TryDequeue(all);
        return !ended.Contains(false) && Summary.AddsUp(all[..count]);

        Child Start(string name) => Child.Start(name, name, frames.Name, reports.Name);
    }
}
