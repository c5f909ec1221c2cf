using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TypedShmQueue.Hosting.Logging;

namespace TypedShmQueue.Hosting.Queues;

/// <summary>
/// Opens a queue before any service of the host starts, so that a queue that cannot be opened fails the start and not the first message.
/// </summary>
internal sealed class QueueOpener<TQueue>(QueueRegistration registration, IServiceProvider services,
    ILogger<QueueOpener<TQueue>> logger) : IHostedLifecycleService
    where TQueue : class, IShmQueue<TQueue>
{
    public static TQueue Open(ShmQueueServiceOptions options) => options.Opening switch
    {
        ShmQueueOpening.Open => TQueue.Open(options.Name, options.ToQueueOptions()),
        ShmQueueOpening.Create => TQueue.Create(options.Name, options.ToQueueOptions()),
        _ => TQueue.OpenOrCreate(options.Name, options.ToQueueOptions()),
    };

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        TQueue queue = registration.Queue<TQueue>(services);
        logger.QueueOpened(queue.Name, queue.Count, queue.Capacity);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
