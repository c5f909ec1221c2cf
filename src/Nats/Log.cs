using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Nats;

/// <summary>Everything this package logs. The ids are documented in docs/beyond-one-machine.md.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The bridge of the queue '{Queue}' and the subject '{Subject}' moves messages; its stream is "
        + "'{Stream}'.")]
    public static partial void BridgeReady(this ILogger logger, string queue, string subject, string stream);

    [LoggerMessage(2, LogLevel.Warning, "The bridge of the queue '{Queue}' and the subject '{Subject}' goes on after this: {Error}")]
    public static partial void BridgeFails(this ILogger logger, string queue, string subject, string error);

    [LoggerMessage(3, LogLevel.Information, "The bridge of the queue '{Queue}' and the subject '{Subject}' has stopped. It moved {Moved} "
        + "messages.")]
    public static partial void BridgeEnds(this ILogger logger, string queue, string subject, long moved);

    [LoggerMessage(4, LogLevel.Critical, "The bridge '{Bridge}' cannot do its work. {Why}")]
    public static partial void BridgeRefuses(this ILogger logger, Exception error, string bridge, string why);
}
