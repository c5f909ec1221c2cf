using System.Diagnostics;

namespace TypedShmQueue.Samples.Frames;

/// <summary>The producer: draws each frame in its slot. First as a camera does, 60 in a second, then as fast as it can.</summary>
internal static class Camera
{
    public const int LiveFrames = 240, FlatOutFrames = 600, PerSecond = 60;

    public static Pace PaceOf(long number) => number <= LiveFrames ? Pace.Live : Pace.FlatOut;

    public static int Run(string framesName, string reportsName)
    {
        Child.FollowParent(() =>
        {
            FrameQueue.Delete(framesName);
            ReportQueue.Delete(reportsName);
        });
        using FrameQueue frames = FrameQueue.Open(framesName);
        using ReportQueue reports = ReportQueue.Open(reportsName);
        Pattern pattern = new();
        Tally tally = new("camera");
        long began = Stopwatch.GetTimestamp();
        for (int number = 1; number <= LiveFrames + FlatOutFrames; number++)
        {
            // Before the claim: while it is open, nobody can pass its slot.
            if (PaceOf(number) == Pace.Live) WaitUntil(began + (number * Stopwatch.Frequency / PerSecond));
            frames.Claim(out SlotWriter<Frame> slot); // waits until the recorder is done with the frame that was here
            using (slot)
            {
                ref Frame frame = ref slot.Value;
                pattern.Draw(frame.Pixels, number);
                frame.Number = number;
                frame.Checksum = Pattern.Checksum(frame.Pixels);
                tally.Count(number, frame.Checksum);
                frame.SentAt = Stopwatch.GetTimestamp();
                slot.Commit();
            }
        }

        frames.Complete();
        tally.Send(reports);
        return 0;
    }

    private static void WaitUntil(long due)
    {
        TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (left > TimeSpan.Zero) Thread.Sleep(left);
    }
}
