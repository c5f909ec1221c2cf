using System.Diagnostics;

namespace TypedShmQueue.Samples.Frames;

/// <summary>
/// Records every frame, and the camera waits for it. It is a member of a group: started twice, the two would share the frames, and if it
/// died, another would get those that it had not acknowledged.
/// </summary>
internal static class Recorder
{
    public const string Group = "recorder";

    public static int Run(string framesName, string reportsName)
    {
        Child.FollowParent(static () => { });
        using FrameQueue frames = FrameQueue.Open(framesName);
        using ReportQueue reports = ReportQueue.Open(reportsName);
        using FrameGroup group = frames.JoinGroup(Group);
        Tally tally = new("recorder");
        while (group.TryTake(out FrameLease lease, Timeout.InfiniteTimeSpan))
        {
            using (lease)
            {
                long now = Stopwatch.GetTimestamp();
                ref readonly Frame frame = ref lease.Value;
                ulong checksum = Pattern.Checksum(frame.Pixels);
                tally.Count(frame.Number, checksum, checksum == frame.Checksum, now - frame.SentAt);
                lease.Acknowledge();
            }
        }

        tally.Send(reports);
        return 0;
    }
}
