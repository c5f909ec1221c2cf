using System.Diagnostics;

namespace TypedShmQueue.Samples.Frames;

/// <summary>
/// Shows what it can: nobody waits for it, and what it was too slow for it has missed. It reads in the slot, and its Release says whether
/// the frame was still there at the end.
/// </summary>
internal static class Viewer
{
    public static int Run(string framesName, string reportsName)
    {
        Child.FollowParent(static () => { });
        using FrameQueue frames = FrameQueue.Open(framesName);
        using ReportQueue reports = ReportQueue.Open(reportsName);
        using FrameSubscription subscription = frames.Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = true });
        Tally tally = new("viewer");
        while (subscription.TryRead(out SlotReader<Frame> reader, Timeout.InfiniteTimeSpan, most: 1))
        {
            long now = Stopwatch.GetTimestamp();
            ref readonly Frame frame = ref reader[0];
            (long number, long sentAt, ulong expected) = (frame.Number, frame.SentAt, frame.Checksum);
            ulong checksum = Pattern.Checksum(frame.Pixels);
            // False: the camera has drawn over it meanwhile, so nothing of this is true.
            if (reader.Release()) tally.Count(number, checksum, checksum == expected, now - sentAt);
        }

        tally.Send(reports);
        return 0;
    }
}
