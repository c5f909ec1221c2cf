namespace TypedShmQueue.Peer.Fuzz;

/// <summary>Makes calls that may do their work or report, and counts them.</summary>
internal sealed class FuzzCalls(FuzzPage page)
{
    public const int AtOnce = 12;

    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(1);

    public static void WithToken(Action<CancellationToken> call)
    {
        using CancellationTokenSource soon = new(s_little);
        call(soon.Token);
    }

    /// <param name="call">One call of several.</param>
    /// <param name="way">Which.</param>
    /// <param name="random">Decides the rest.</param>
    /// <param name="doing">Says which while it lasts, and 0 after it.</param>
    public void Try(Action<int, Random> call, int way, Random random, ref long doing)
    {
        Interlocked.Increment(ref page.Calls);
        doing = way + 1;
        try
        {
            call(way, random);
        }
        catch (Exception e) when (e is ShmQueueException or OperationCanceledException or ObjectDisposedException)
        {
            Interlocked.Increment(ref page.Reports);
        }

        doing = 0;
    }
}
