using System.Collections.Concurrent;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>
/// The handlers of this host that failed and take no more. Where the host goes on without them, the health check of their queue reports
/// them.
/// </summary>
internal sealed class FailedHandlers
{
    private readonly ConcurrentDictionary<(string Queue, string Handler), Exception> _failures = new();

    /// <param name="queue">The name of the queue's registration.</param>
    /// <param name="handler">What logs call the handler.</param>
    /// <param name="error">Why it takes no more; the first one of a handler counts.</param>
    public void Add(string queue, string handler, Exception error) => _failures.TryAdd((queue, handler), error);

    public IReadOnlyList<(string Handler, Exception Error)> Of(string queue) =>
        [.. _failures.Where(failure => string.Equals(failure.Key.Queue, queue, StringComparison.Ordinal))
            .Select(static failure => (failure.Key.Handler, failure.Value))];
}
