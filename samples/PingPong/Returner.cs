namespace TypedShmQueue.Samples.PingPong;

/// <summary>The other process: sends back whatever comes, until no more will.</summary>
internal static class Returner
{
    public static int Run(string pingName, string pongName, WaitPolicy wait)
    {
        Child.FollowParent(() =>
        {
            BallQueue.Delete(pingName);
            BallQueue.Delete(pongName);
        });
        ShmQueueOptions options = new() { Wait = wait };
        using BallQueue ping = BallQueue.Open(pingName, options);
        using BallQueue pong = BallQueue.Open(pongName, options);
        while (ping.TryDequeue(out Ball ball, Timeout.InfiniteTimeSpan)) pong.Enqueue(ball);
        return 0;
    }
}
