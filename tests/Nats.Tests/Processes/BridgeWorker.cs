using System.Globalization;

namespace TypedShmQueue.Nats.Tests.Processes;

/// <summary>
/// The second process: a bridge. It kills itself when it comes to a given step for the n-th time, if it is told to.
/// </summary>
internal static class BridgeWorker
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var direction, var folder, var queue, var url, var step, var time]) return 2;
        FollowParent();
        int left = int.Parse(time, CultureInfo.InvariantCulture);
        if (left > 0)
        {
            BridgeSteps.Reached = label =>
            {
                if (string.Equals(label, step, StringComparison.Ordinal) && Interlocked.Decrement(ref left) == 0) Signals.KillThisProcess();
            };
        }

        using OrderQueue orders = OrderQueue.OpenOrCreate(queue, new ShmQueueOptions { Directory = folder, Wait = WaitPolicy.Park });
        ShmNatsBridgeOptions options = new()
        {
            Nats = NatsOpts.Default with
            {
                Url = url, ReconnectWaitMin = TimeSpan.FromMilliseconds(50), ReconnectWaitMax = TimeSpan.FromMilliseconds(200),
            },
            Subject = "orders",
            Stream = "ORDERS",
            Consumer = "inbound",
            RetryDelay = TimeSpan.FromMilliseconds(20),
            MaxRetryDelay = TimeSpan.FromMilliseconds(500),
            AckTimeout = TimeSpan.FromSeconds(2),
            AckWait = TimeSpan.FromSeconds(1),
            Window = 64,
        };
        ShmNatsBridge bridge = string.Equals(direction, "outbound", StringComparison.Ordinal)
            ? ShmNatsOutbound.Over(orders, options)
            : ShmNatsInbound.Over(orders, options);
        await bridge.RunAsync(CancellationToken.None);
        return 0;
    }

    private static void FollowParent() => new Thread(static () =>
    {
        while (Console.In.Read() >= 0)
        {
        }

        Environment.Exit(1);
    })
    { IsBackground = true }.Start();
}
