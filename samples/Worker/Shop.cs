using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Samples.Worker;

/// <summary>The producer: sends orders as fast as billing takes them, says that they were all, reports, and ends its host.</summary>
internal sealed partial class Shop(OrderQueue orders, ReportQueue reports, Totals totals, IHostApplicationLifetime lifetime,
    ILogger<Shop> logger) : BackgroundService
{
    /// <summary>How many orders there are, and which of them have no amount.</summary>
    private const int Count = 2000, Free = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (int number = 1; number <= Count; number++)
        {
            Order order = new() { Number = number, Cents = number % Free == 0
                ? 0
                : Random.Shared.Next(100, 10_000), Customer = $"customer {number % 7}" };
            // While the queue is full this waits, and no thread with it.
            await orders.EnqueueAsync(order, stoppingToken);
            totals.Add(order);
        }

        orders.Complete();
        reports.Enqueue(totals.ToReport(), stoppingToken);
        AllSent(totals.Orders);
        lifetime.StopApplication();
    }

    [LoggerMessage(LogLevel.Information, "All {Orders} orders are sent.")]
    private partial void AllSent(long orders);
}
