using Microsoft.Extensions.DependencyInjection;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>One call of a handler: an instance in a scope of its own, and a span if somebody listens.</summary>
internal sealed class ScopedHandler<T, THandler>(IServiceScopeFactory scopes, ProcessSpans spans)
    where THandler : class, IShmQueueHandler<T>
{
    public static bool TakesBatches { get; } = typeof(IShmQueueBatchHandler<T>).IsAssignableFrom(typeof(THandler));

    public async ValueTask HandleAsync(TakenMessages<T> messages, CancellationToken cancellationToken)
    {
        using ProcessSpan span = spans.Begin(TakesBatches ? messages.Count : null);
        try
        {
            AsyncServiceScope scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                THandler handler = scope.ServiceProvider.GetRequiredService<THandler>();
                await messages.GiveToAsync(handler, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            span.Failed(e);
            throw;
        }
    }
}
