using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using TypedShmQueue.Hosting;

namespace TypedShmQueue.Samples.Worker;

/// <summary>The two hosts, each a process: generic hosts like any, put together from what the other files have.</summary>
internal static class Hosts
{
    public static string DeadLetters(string orders) => orders + ".dead";

    /// <summary>Sends orders, and ends when all are sent.</summary>
    public static Task<int> ShopAsync(string orders, string reports) =>
        RunAsync("shop", orders, reports, services => services.AddHostedService<Shop>());

    /// <summary>Bills orders. The first shift goes home early, in the middle of the work; the second stays to the end.</summary>
    public static Task<int> BillingAsync(string orders, string reports, string shift) =>
        RunAsync($"billing {shift}", orders, reports, services =>
    {
        services.AddSingleton(new Shift(leavesEarly: string.Equals(shift, "1", StringComparison.Ordinal)));
        // Before the handler, so that it stops after it: services stop in the reverse of their order.
        services.AddHostedService<ConsoleMetrics>();
        services.AddShmQueueHandler<OrderQueue, Order, BillingHandler>(options =>
        {
            options.Parallelism = 4;
            options.OnError = ShmQueueErrorPolicy.DeadLetter;
            options.DeadLetterQueue = DeadLetters(orders);
            options.StopHostWhenCompleted = true;
        });
    });

    private static async Task<int> RunAsync(string name, string orders, string reports, Action<IServiceCollection> add)
    {
        Child.FollowParent(() =>
        {
            OrderQueue.Delete(orders);
            OrderQueue.Delete(DeadLetters(orders));
            ReportQueue.Delete(reports);
        });
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddConsole(options => options.FormatterName = LineFormatter.FormatterName)
            .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Services.AddSingleton(new Totals(name));
        builder.Services.AddShmQueue<OrderQueue>(orders);
        builder.Services.AddShmQueue<ReportQueue>(reports);
        add(builder.Services);
        using IHost host = builder.Build();
        await host.RunAsync();
        return 0;
    }
}
