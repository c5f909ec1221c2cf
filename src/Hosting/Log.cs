using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting;

/// <summary>Everything this package logs. The ids are documented in docs/hosting.md.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The queue '{Queue}' is open; it holds {Count} of {Capacity} messages.")]
    public static partial void QueueOpened(this ILogger logger, string queue, int count, int capacity);

    [LoggerMessage(2, LogLevel.Information, "{Handler} takes from the queue '{Queue}', up to {Parallelism} at a time.")]
    public static partial void HandlerStarted(this ILogger logger, string handler, string queue, int parallelism);

    [LoggerMessage(3, LogLevel.Information, "{Handler} takes no more from the queue '{Queue}': it has handled {Handled} messages, and failed on {Failed}.")]
    public static partial void HandlerEnded(this ILogger logger, string handler, string queue, long handled, long failed);

    [LoggerMessage(4, LogLevel.Information, "{Handler} is at the end of the queue '{Queue}', which was completed.")]
    public static partial void QueueCompleted(this ILogger logger, string handler, string queue);

    [LoggerMessage(5, LogLevel.Error, "{Handler} failed on {Count} message(s) of the queue '{Queue}', which are dropped; it goes on with the next.")]
    public static partial void MessagesSkipped(this ILogger logger, Exception error, string handler, int count, string queue);

    [LoggerMessage(6, LogLevel.Error, "{Handler} failed on {Count} message(s) of the queue '{Queue}', which are dropped; it takes no more.")]
    public static partial void HandlerStops(this ILogger logger, Exception error, string handler, int count, string queue);

    [LoggerMessage(7, LogLevel.Error, "{Handler} failed; {Count} message(s) of the queue '{Queue}' were sent to the dead-letter queue '{DeadLetters}'.")]
    public static partial void MessagesDeadLettered(this ILogger logger, Exception error, string handler, int count, string queue, string deadLetters);

    [LoggerMessage(8, LogLevel.Critical, "{Handler} failed, and {Count} message(s) of the queue '{Queue}' could not be sent to the dead-letter queue '{DeadLetters}': they are dropped, and it takes no more. {Why}")]
    public static partial void DeadLettersLost(this ILogger logger, Exception error, string handler, int count, string queue, string deadLetters, string why);

    [LoggerMessage(9, LogLevel.Warning, "The configuration section '{Section}' has no effect: this host registers nothing of that name. Look for a misspelt name.")]
    public static partial void SectionUnread(this ILogger logger, string section);
}
