using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TypedShmQueue;
using TypedShmQueue.Hosting;

// Hosted produce|consume <queue>: one end of a queue in a generic host.
HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddShmQueue<OrderQueue>(args[1]);
builder.Services.AddHealthChecks().AddShmQueue<OrderQueue>();
builder.Services.AddSingleton<Totals>();
if (args[0] == "consume")
    builder.Services.AddShmQueueHandler<OrderQueue, Order, OrderHandler>(options => options.StopHostWhenCompleted = true);
using IHost host = builder.Build();
await host.StartAsync();

if (args[0] == "produce")
{
    OrderQueue orders = host.Services.GetRequiredService<OrderQueue>();
    for (int i = 1; i <= 1000; i++) await orders.EnqueueAsync(new Order { Number = i });
    orders.Complete();
    HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    Console.WriteLine($"produced 1000, {health.Status}");
    await host.StopAsync();
}
else
{
    await host.WaitForShutdownAsync();
    Totals totals = host.Services.GetRequiredService<Totals>();
    Console.WriteLine($"consumed {totals.Count}, sum {totals.Sum}");
}

[ShmQueue(Capacity = 64)]
public struct Order
{
    public long Number;
}

public sealed class Totals
{
    public long Count, Sum;
}

public sealed class OrderHandler(Totals totals) : IShmQueueHandler<Order>
{
    public ValueTask HandleAsync(Order message, CancellationToken cancellationToken)
    {
        totals.Count++;
        totals.Sum += message.Number;
        return ValueTask.CompletedTask;
    }
}
