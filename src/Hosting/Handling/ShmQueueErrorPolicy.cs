namespace TypedShmQueue.Hosting;

/// <summary>What becomes of messages whose handler threw, and of those behind them.</summary>
public enum ShmQueueErrorPolicy
{
    /// <summary>They are logged; no more are taken, and the background service fails, which by default stops the host.</summary>
    Stop,

    /// <summary>They are logged, and the next are taken.</summary>
    Skip,

    /// <summary>
    /// They are sent to <see cref="ShmQueueHandlerOptions.DeadLetterQueue"/>, and the next are taken. If they cannot be sent there:
    /// <see cref="Stop"/>.
    /// </summary>
    DeadLetter,
}
