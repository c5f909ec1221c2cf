using System.Globalization;

namespace TypedShmQueue.Samples.Frames;

/// <summary>Whether every frame is accounted for, and how fast they went.</summary>
internal static class Summary
{
    /// <summary>Prints a table for each pace. True if all of it adds up.</summary>
    public static bool AddsUp(IReadOnlyList<Report> reports)
    {
        Write(Pace.Live, $"{Camera.LiveFrames} frames, {Camera.PerSecond} a second");
        Write(Pace.FlatOut, $"{Camera.FlatOutFrames} frames, as fast as the recorder takes them");
        bool all = Enum.GetValues<Pace>().All(pace => AddUp([.. reports.Where(r => r.Pace == pace)]));
        Console.WriteLine(all
            ? "The recorder has every frame, the viewer's are whole, and the checksums are those that were sent."
            : "It does not add up.");
        return all;

        void Write(Pace pace, string head)
        {
            Console.WriteLine(head);
            Console.WriteLine("              frames   missed    frames/s      MB/s   median us      p99 us  checksum");
            foreach (Report report in reports.Where(r => r.Pace == pace).OrderBy(static r => r.Who.ToString(), StringComparer.Ordinal))
                WriteRow(report, Sent(pace));
            Console.WriteLine();
        }
    }

    private static void WriteRow(in Report report, long sent)
    {
        double perSecond = report.Seconds > 0 ? (report.Frames - 1) / report.Seconds : 0;
        string latency = IsFrom(report, "camera") ? $"{"",12}{"",12}" : string.Create(CultureInfo.InvariantCulture,
            $"{report.MedianMicroseconds,12:F1}{report.P99Microseconds,12:F1}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {report.Who,-10}{report.Frames,8}{sent - report.Frames,9}{perSecond,12:F1}{perSecond * Pixels.Bytes / 1e6,10:F0}{latency}")
            + $"  {report.Checksum:x16}");
    }

    private static bool AddUp(Report[] reports)
    {
        if (reports.Length != 3 || reports.Any(static r => r.Broken > 0 || r.Frames > Sent(r.Pace))) return false;
        Report camera = Array.Find(reports, static r => IsFrom(r, "camera"));
        Report recorder = Array.Find(reports, static r => IsFrom(r, "recorder"));
        return camera.Frames == Sent(camera.Pace) && (recorder.Frames, recorder.Checksum) == (camera.Frames, camera.Checksum);
    }

    private static bool IsFrom(Report report, string who) => string.Equals(report.Who.ToString(), who, StringComparison.Ordinal);

    private static long Sent(Pace pace) => pace == Pace.Live ? Camera.LiveFrames : Camera.FlatOutFrames;
}
