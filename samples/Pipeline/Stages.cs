namespace TypedShmQueue.Samples.Pipeline;

/// <summary>Three stages, each a process. None blocks a thread: what waits for a message, or for room, is an <c>await</c>.</summary>
internal static class Stages
{
    /// <summary>How many samples make an average.</summary>
    private const int Window = 8;

    /// <summary>How long it takes to store an average: the slowest stage, whose pace becomes that of all.</summary>
    private static readonly TimeSpan s_storing = TimeSpan.FromMilliseconds(10);

    public static async Task<int> MeasureAsync(string to, string reportsName, int count)
    {
        Child.FollowParent(() => SampleQueue.Delete(to));
        using SampleQueue samples = SampleQueue.Open(to);
        Report report = new() { Stage = "measure" };
        for (int i = 1; i <= count; i++)
        {
            Sample sample = new() { Number = i, Value = Random.Shared.Next(1000) };
            await samples.EnqueueAsync(sample); // waits while the next stage is behind
            report.Samples++;
            report.Sum += sample.Value;
        }

        samples.Complete();
        return Tell(reportsName, report with { Out = count });
    }

    public static async Task<int> SmoothAsync(string from, string to, string reportsName)
    {
        Child.FollowParent(() => AverageQueue.Delete(to));
        using SampleQueue samples = SampleQueue.Open(from);
        using AverageQueue averages = AverageQueue.Open(to);
        Report report = new() { Stage = "smooth" };
        Average average = default;
        await foreach (Sample sample in samples.ReadAllAsync())
        {
            report.In++;
            average.Samples++;
            average.Sum += sample.Value;
            if (average.Samples == Window) await PassOnAsync();
        }

        if (average.Samples > 0) await PassOnAsync();
        averages.Complete(); // the end travels down the pipeline
        return Tell(reportsName, report);

        async Task PassOnAsync()
        {
            await averages.EnqueueAsync(average);
            report.Out++;
            report.Samples += average.Samples;
            report.Sum += average.Sum;
            average = default;
        }
    }

    public static async Task<int> StoreAsync(string from, string reportsName)
    {
        Child.FollowParent(() => AverageQueue.Delete(from));
        using AverageQueue averages = AverageQueue.Open(from);
        Report report = new() { Stage = "store" };
        await foreach (Average average in averages.ReadAllAsync())
        {
            await Task.Delay(s_storing);
            report.In++;
            report.Samples += average.Samples;
            report.Sum += average.Sum;
        }

        return Tell(reportsName, report);
    }

    private static int Tell(string reportsName, in Report report)
    {
        using ReportQueue reports = ReportQueue.Open(reportsName);
        reports.Enqueue(report);
        return 0;
    }
}
