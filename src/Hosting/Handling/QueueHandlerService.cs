using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TypedShmQueue.Hosting.Logging;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>
/// Hands a queue's messages to a handler, in as many lanes as its options say. A stop ends the taking at once and the service when the
/// calls in progress have ended: what was taken is handled, the rest stays in the queue, or goes back to it.
/// </summary>
internal sealed class QueueHandlerService<T, THandler>(
    HandledQueue<T> queue, ShmQueueHandlerOptions options, ScopedHandler<T, THandler> handler, string name, FailedHandlers failedHandlers,
    IHostApplicationLifetime lifetime, ILogger<QueueHandlerService<T, THandler>> logger) : BackgroundService, IHostedLifecycleService
    where THandler : class, IShmQueueHandler<T>
{
    private static readonly TimeSpan s_lastWait = TimeSpan.FromSeconds(2);

    private readonly Lane<T>[] _lanes = [.. Enumerable.Range(0, options.Parallelism).Select(_ => queue.NewLane(NewRoom(options)))];
    // Cancelled: nothing more is taken.
    private readonly CancellationTokenSource _taking = new();
    // Cancelled: the calls in progress are to end.
    private readonly CancellationTokenSource _hurry = new();
    private CancellationTokenRegistration _stopAsked;
    private int _isStopping;
    private long _handled;

    /// <summary>
    /// Hosts stop their services one after another, so the turn of this one may come late. The first sign of a stop is that the application
    /// is stopping, or, if the program stops the host itself, the call of <see cref="StoppingAsync"/>.
    /// </summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _stopAsked = lifetime.ApplicationStopping.UnsafeRegister(static service =>
            ((QueueHandlerService<T, THandler>)service!).BeginStop(), this);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        BeginStop();
        return Task.CompletedTask;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        BeginStop();
        using CancellationTokenRegistration hostHurries =
            cancellationToken.UnsafeRegister(static hurry => ((CancellationTokenSource)hurry!).Cancel(), _hurry);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        // The host waits no longer, and the calls in progress have just been told. Those that heed it end, and meet their policy, before
        // the queues are closed.
        if (ExecuteTask is { IsCompleted: false } ending)
            await ending.WaitAsync(s_lastWait, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Whoever does not heed it goes on, and others get its messages: where they came under a lease.
        if (ExecuteTask is { IsCompleted: false }) GiveBack();
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _stopAsked.Dispose(); // waits for a call in progress
        base.Dispose();
        queue.Dispose();
        _taking.Dispose();
        _hurry.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A start that the host gives up cancels this token and calls nothing.
        using CancellationTokenRegistration stop =
            stoppingToken.UnsafeRegister(static service => ((QueueHandlerService<T, THandler>)service!).BeginStop(), this);
        logger.HandlerStarted(name, queue.Name, options.Parallelism);
        try
        {
            await Task.WhenAll(StartLanes()).ConfigureAwait(false);
        }
        finally
        {
            logger.HandlerEnded(name, queue.Name, Volatile.Read(ref _handled), queue.Failed);
        }

        if (_taking.IsCancellationRequested) return;
        logger.QueueCompleted(name, queue.Name);
        if (options.StopHostWhenCompleted) lifetime.StopApplication();
    }

    /// <summary>Ends the taking, and gives the calls in progress their time. The first call counts: the time begins once.</summary>
    private void BeginStop()
    {
        if (Interlocked.Exchange(ref _isStopping, 1) != 0) return;
        _hurry.CancelAfter(options.StopTimeout);
        _taking.Cancel();
    }

    /// <summary>
    /// Starts each lane on the thread pool: a lane whose calls complete synchronously keeps its thread, and must not keep the others from
    /// starting. Nothing of the context in which the host was started goes along, neither its activity nor its culture.
    /// </summary>
    private Task[] StartLanes()
    {
        using AsyncFlowControl bare = ExecutionContext.SuppressFlow();
        return [.. _lanes.Select(lane => Task.Run(() => RunLaneAsync(lane)))];
    }

    /// <summary>Takes and handles in turn, until the queue is at its end or nothing is to be taken any more.</summary>
    private async Task RunLaneAsync(Lane<T> lane)
    {
        try
        {
            while (await lane.TakeAsync(_taking.Token).ConfigureAwait(false))
                await HandleAsync(lane).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_taking.IsCancellationRequested)
        {
            // A stop, or another lane has failed: nothing was taken.
        }
        catch (Exception e)
        {
            failedHandlers.Add(queue.Registration, name, e);
            await _taking.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "Whatever a handler throws is met by its policy.")]
    private async ValueTask HandleAsync(Lane<T> lane)
    {
        try
        {
            await handler.HandleAsync(lane.Messages, _hurry.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (!await SettleAsync(lane, e).ConfigureAwait(false)) throw new ShmQueueHandlerException(queue.Name, name, e);
            return;
        }

        Interlocked.Add(ref _handled, lane.Messages.Count);
        lane.Handled();
    }

    private void GiveBack()
    {
        foreach (Lane<T> lane in _lanes) lane.GiveBack();
    }

    private static TakenMessages<T> NewRoom(ShmQueueHandlerOptions options) => ScopedHandler<T, THandler>.TakesBatches
        ? new TakenBatch<T>(options.MaxBatchSize)
        : new TakenMessage<T>();

    /// <summary>Whether the service goes on. What fails meanwhile, a log for example, must not hide what the handler threw.</summary>
    private async ValueTask<bool> SettleAsync(Lane<T> lane, Exception error)
    {
        try
        {
            return await lane.FailedAsync(error, _hurry.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw new ShmQueueHandlerException(queue.Name, name, new AggregateException(error, e));
        }
    }
}
