using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>What a handler's service is made of when the host starts.</summary>
/// <param name="Queue">The handle that the host provides.</param>
/// <param name="Opening">How it was opened.</param>
/// <param name="Options">The handler's options.</param>
/// <param name="Name">The name of these options.</param>
/// <param name="At">What logs and errors call the two.</param>
/// <param name="Logger">The service's logger.</param>
internal sealed record HandlerStart<TQueue, TOptions>(TQueue Queue, ShmQueueOptions Opening, TOptions Options, string Name, HandlerPlace At,
    ILogger Logger)
    where TOptions : ShmQueueHandlerOptions
{
    /// <summary>The options do not go with the queue.</summary>
    public OptionsValidationException Refused(string why) => new(Name, typeof(TOptions), [$"The handler '{Name}': {why}"]);
}
