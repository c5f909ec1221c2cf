using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting;

/// <summary>
/// Hands a queue's messages to a handler, in as many lanes as its options say. A stop ends the taking at once and the service when the
/// calls in progress have ended: what was taken is handled, the rest stays in the queue.
/// </summary>
internal sealed class QueueHandlerService<T, THandler>(
    HandledQueue<T> queue, ShmQueueHandlerOptions options, ScopedHandler<T, THandler> handler, IHostApplicationLifetime lifetime,
    ILogger<QueueHandlerService<T, THandler>> logger) : BackgroundService
    where THandler : class, IShmQueueHandler<T>
{
    private static readonly string s_name = typeof(THandler).Name;

    private readonly MessageTaker<T> _taker = new(queue.Consumer);
    private readonly FailedMessages<T> _failed = new(s_name, queue.Name, options.OnError, queue.DeadLetters, options.DeadLetterQueue, logger);
    private readonly CancellationTokenSource _hurry = new();
    private long _handled;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration hostHurries = cancellationToken.UnsafeRegister(static hurry => ((CancellationTokenSource)hurry!).Cancel(), _hurry);
        _hurry.CancelAfter(options.StopTimeout);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        queue.Dispose();
        _taker.Dispose();
        _failed.Dispose();
        _hurry.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.HandlerStarted(s_name, queue.Name, options.Parallelism);
        using CancellationTokenSource taking = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, options.Parallelism).Select(_ => RunLaneAsync(taking))).ConfigureAwait(false);
        }
        finally
        {
            logger.HandlerEnded(s_name, queue.Name, Volatile.Read(ref _handled), _failed.Count);
        }

        if (stoppingToken.IsCancellationRequested) return;
        logger.QueueCompleted(s_name, queue.Name);
        if (options.StopHostWhenCompleted) lifetime.StopApplication();
    }

    /// <summary>Takes and handles in turn, until the queue is at its end or nothing is to be taken any more.</summary>
    private async Task RunLaneAsync(CancellationTokenSource taking)
    {
        T[] messages = new T[ScopedHandler<T, THandler>.TakesBatches ? options.MaxBatchSize : 1];
        try
        {
            while (await _taker.TakeAsync(messages, taking.Token).ConfigureAwait(false) is > 0 and int count)
                await HandleAsync(messages.AsMemory(0, count)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (taking.IsCancellationRequested)
        {
            // A stop, or another lane has failed: nothing was taken.
        }
        catch
        {
            await taking.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever a handler throws is met by its policy.")]
    private async ValueTask HandleAsync(ReadOnlyMemory<T> messages)
    {
        try
        {
            await handler.HandleAsync(messages, _hurry.Token).ConfigureAwait(false);
            Interlocked.Add(ref _handled, messages.Length);
        }
        catch (Exception e)
        {
            if (!await _failed.SettleAsync(messages, e, _hurry.Token).ConfigureAwait(false))
                throw new ShmQueueHandlerException(queue.Name, s_name, e);
        }
    }
}
