using System.Diagnostics;

namespace TypedShmQueue.Samples.PingPong;

/// <summary>This process: sends a message, waits for it to come back, and notes how long that took, many times over.</summary>
internal static class Server
{
    private const int WarmUp = 20_000;
    private const int MostRoundTrips = 200_000;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <summary>The round trips' times in ticks of <see cref="Stopwatch"/>, sorted; null if the other process ended early.</summary>
    public static async Task<long[]?> MeasureAsync(WaitPolicy wait, CancellationToken stop)
    {
        ShmQueueOptions options = new() { Wait = wait };
        using BallQueue ping = BallQueue.Create(ShmQueueName.NewUnique(), options);
        using BallQueue pong = BallQueue.Create(ShmQueueName.NewUnique(), options);
        try
        {
            using Child returner = Child.Start("The other process", "return", ping.Name, pong.Name, wait.ToString());
            using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task<bool> end = EndAsync(returner, gone);

            long[]? times = Play(ping, pong, gone.Token);
            return await end ? times : null;
        }
        finally
        {
            ping.Delete();
            pong.Delete();
        }
    }

    private static async Task<bool> EndAsync(Child returner, CancellationTokenSource gone)
    {
        bool well = await returner.EndsWellAsync(gone.Token);
        // A process that waits for an answer would wait indefinitely.
        await gone.CancelAsync();
        return well;
    }

    private static long[]? Play(BallQueue ping, BallQueue pong, CancellationToken gone)
    {
        long[] times = new long[MostRoundTrips];
        try
        {
            _ = Play(ping, pong, times.AsSpan(0, WarmUp), gone);
            int played = Play(ping, pong, times, gone);
            ping.Complete();
            Array.Resize(ref times, played);
            Array.Sort(times);
            return times;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static int Play(BallQueue ping, BallQueue pong, Span<long> times, CancellationToken gone)
    {
        long end = Stopwatch.GetTimestamp() + (long)(s_longest.TotalSeconds * Stopwatch.Frequency);
        Ball ball = new() { Text = "to and fro" };
        for (int i = 0; i < times.Length; i++)
        {
            ball.Number = i;
            long sent = Stopwatch.GetTimestamp();
            ping.Enqueue(ball, gone);
            Ball back = pong.Dequeue(gone);
            long now = Stopwatch.GetTimestamp();
            if (back.Number != i) throw new InvalidOperationException($"Message {i} was sent, and {back.Number} came back.");
            times[i] = now - sent;
            // On one core each trip takes two switches between processes; time, not a count, is the limit then.
            if (now >= end) return i + 1;
        }

        return times.Length;
    }
}
