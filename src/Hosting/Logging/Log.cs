using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting.Logging;

/// <summary>Everything this package logs. The ids are documented in docs/hosting.md.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The queue '{Queue}' is open; it holds {Count} of {Capacity} messages.")]
    public static partial void QueueOpened(this ILogger logger, string queue, int count, int capacity);

    [LoggerMessage(2, LogLevel.Information, "{Handler} takes from the queue '{Queue}', with up to {Parallelism} calls at the same time.")]
    public static partial void HandlerStarted(this ILogger logger, string handler, string queue, int parallelism);

    [LoggerMessage(3, LogLevel.Information,
        "{Handler} stopped taking from the queue '{Queue}'. It handled {Handled} messages and failed on {Failed}.")]
    public static partial void HandlerEnded(this ILogger logger, string handler, string queue, long handled, long failed);

    [LoggerMessage(4, LogLevel.Information, "{Handler} reached the end of the queue '{Queue}', which was completed.")]
    public static partial void QueueCompleted(this ILogger logger, string handler, string queue);

    [LoggerMessage(5, LogLevel.Error, "{Handler} failed on {Count} message(s) of the queue '{Queue}'. "
        + "They are dropped, and the handler continues with the next one.")]
    public static partial void MessagesSkipped(this ILogger logger, Exception error, string handler, int count, string queue);

    [LoggerMessage(6, LogLevel.Error, "{Handler} failed on {Count} message(s) of the queue '{Queue}'. "
        + "They are dropped, and the handler stops.")]
    public static partial void HandlerStops(this ILogger logger, Exception error, string handler, int count, string queue);

    [LoggerMessage(7, LogLevel.Error, "{Handler} failed; {Count} message(s) of the queue '{Queue}' were sent to the dead-letter queue "
        + "'{DeadLetters}'.")]
    public static partial void MessagesDeadLettered(this ILogger logger, Exception error, string handler, int count, string queue,
        string deadLetters);

    [LoggerMessage(8, LogLevel.Critical,
        "{Handler} failed, and {Count} message(s) of the queue '{Queue}' could not be sent to the dead-letter queue '{DeadLetters}'. "
        + "They are dropped, and the handler stops. {Why}")]
    public static partial void DeadLettersLost(this ILogger logger, Exception error, string handler, int count, string queue,
        string deadLetters, string why);

    [LoggerMessage(9, LogLevel.Warning,
        "The configuration section '{Section}' has no effect, because this host registers nothing with that name. Check its spelling.")]
    public static partial void SectionUnread(this ILogger logger, string section);

    [LoggerMessage(10, LogLevel.Warning, "{Handler} failed on {Count} message(s) of the queue '{Queue}'. "
        + "They are given back, and delivered again after {Delay}.")]
    public static partial void MessagesRetried(this ILogger logger, Exception error, string handler, int count, string queue,
        TimeSpan delay);

    [LoggerMessage(11, LogLevel.Error, "{Handler} failed on {Count} message(s) of the queue '{Queue}'. "
        + "They are given back, and the handler stops.")]
    public static partial void MessagesGivenBack(this ILogger logger, Exception error, string handler, int count, string queue);

    [LoggerMessage(12, LogLevel.Warning, "{Handler} had not finished {Count} message(s) of the queue '{Queue}' when the host stopped. "
        + "They are given back, and delivered again.")]
    public static partial void MessagesInterrupted(this ILogger logger, Exception? error, string handler, int count, string queue);

    [LoggerMessage(13, LogLevel.Warning, "{Handler} is done with {Count} message(s) of the queue '{Queue}' that were given back or taken "
        + "back meanwhile. They may be handled twice.")]
    public static partial void MessagesLate(this ILogger logger, string handler, int count, string queue);

    [LoggerMessage(14, LogLevel.Error, "{Handler} cannot take from the queue '{Queue}', and tries again in {Pause}. {Why}")]
    public static partial void TakingWaits(this ILogger logger, string handler, string queue, TimeSpan pause, string why);

    [LoggerMessage(15, LogLevel.Error, "{Handler} failed, and a message could not be sent to the dead-letter queue. {Why}")]
    public static partial void DeadLetterRefused(this ILogger logger, Exception error, string handler, string why);

    [LoggerMessage(16, LogLevel.Error, "{Handler} found a message in the queue '{Queue}' that was delivered too often. {Why}")]
    public static partial void TakingRefused(this ILogger logger, string handler, string queue, string why);
}
