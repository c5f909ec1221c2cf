using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TypedShmQueue;
using TypedShmQueue.Aot;
using TypedShmQueue.Hosting;

// TypedShmQueue.Aot send|take <kind> <queue>: one end of a queue. The same program is compiled ahead of time, and as it runs under the JIT
// compiler; tests/on-aot runs one of each on one queue. What was taken is checked here, and summed up on the last line.
const int Count = 1000;
(string act, string kind, string name) = (args[0], args[1], args[2]);
long sum = 0;
int taken = 0;
switch (act, kind)
{
    case ("send", "order"):
    {
        using OrderQueue orders = OrderQueue.OpenOrCreate(name);
        for (int i = 1; i <= Count; i++) orders.Enqueue(new Order { Number = i, Line = $"line {i}" });
        orders.Complete();
        break;
    }

    case ("take", "order"):
    {
        using OrderQueue orders = OrderQueue.OpenOrCreate(name);
        await foreach (Order order in orders.ReadAllAsync())
        {
            if (order.Line != $"line {order.Number}") throw new InvalidOperationException($"The order {order.Number} has '{order.Line}'.");
            Take(order.Number);
        }

        break;
    }

    case ("send", "tick"):
    {
        using TickQueue ticks = TickQueue.OpenOrCreate(name);
        while (ticks.Subscriptions.Count == 0) Thread.Sleep(1);
        for (int i = 1; i <= Count; i++) ticks.Enqueue(new Tick { Number = i });
        ticks.Complete();
        break;
    }

    case ("take", "tick"):
    {
        using TickQueue ticks = TickQueue.OpenOrCreate(name);
        using TickSubscription all = ticks.Subscribe(SubscribeFrom.Oldest);
        while (all.TryDequeue(out Tick tick, Timeout.InfiniteTimeSpan)) Take(tick.Number);
        break;
    }

    case ("send", "job"):
    {
        using JobQueue jobs = JobQueue.OpenOrCreate(name);
        for (int i = 1; i <= Count; i++) jobs.Enqueue(new Job { Number = i });
        jobs.Complete();
        break;
    }

    case ("take", "job"):
    {
        using JobQueue jobs = JobQueue.OpenOrCreate(name);
        while (jobs.TryTake(out JobLease lease, Timeout.InfiniteTimeSpan))
        {
            using (lease)
            {
                // Each tenth is given back once.
                if (lease.Value.Number % 10 == 0 && lease.Deliveries == 1)
                {
                    lease.Abandon();
                    continue;
                }

                Take(lease.Value.Number);
                lease.Acknowledge();
            }
        }

        break;
    }

    case ("send", "report"):
    {
        using ReportQueue reports = ReportQueue.OpenOrCreate(name);
        for (int i = 1; i <= Count; i++) reports.Enqueue(new Report($"report {i}", [i, i + 1], i));
        reports.Complete();
        break;
    }

    case ("take", "report"):
    {
        using ReportQueue reports = ReportQueue.OpenOrCreate(name);
        while (reports.TryDequeue(out Report? report, Timeout.InfiniteTimeSpan))
        {
            Expect(report.Title, $"report {report.Number}", report.Numbers.Sum(), report.Number);
            Take(report.Number);
        }

        break;
    }

    case ("send", "note"):
    {
        using NoteQueue notes = NoteQueue.OpenOrCreate(name);
        for (int i = 1; i <= Count; i++) notes.Enqueue(new Note($"Zoë {i}", [i, i + 1], i));
        notes.Complete();
        break;
    }

    case ("take", "note"):
    {
        using NoteQueue notes = NoteQueue.OpenOrCreate(name);
        while (notes.TryDequeue(out Note? note, Timeout.InfiniteTimeSpan))
        {
            Expect(note.Title, $"Zoë {note.Number}", note.Numbers.Sum(), note.Number);
            Take(note.Number);
        }

        break;
    }

    case ("send" or "take", "hosted"):
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWindowsService(); // does nothing in a program that was not started as one
        builder.Services.AddShmQueue<OrderQueue>(name);
        builder.Services.AddSingleton<Totals>();
        if (string.Equals(act, "take", StringComparison.Ordinal))
            builder.Services.AddShmQueueHandler<OrderQueue, Order, OrderHandler>(static options => options.StopHostWhenCompleted = true);
        using IHost host = builder.Build();
        await host.StartAsync();
        if (string.Equals(act, "send", StringComparison.Ordinal))
        {
            OrderQueue orders = host.Services.GetRequiredService<OrderQueue>();
            for (int i = 1; i <= Count; i++) await orders.EnqueueAsync(new Order { Number = i, Line = $"line {i}" });
            orders.Complete();
            await host.StopAsync();
        }
        else
        {
            await host.WaitForShutdownAsync();
            Totals totals = host.Services.GetRequiredService<Totals>();
            (taken, sum) = (totals.Count, totals.Sum);
        }

        break;
    }

    default:
        throw new NotSupportedException($"No such act: {act} {kind}.");
}

Console.WriteLine(string.Equals(act, "send", StringComparison.Ordinal)
    ? string.Create(CultureInfo.InvariantCulture, $"sent {Count}")
    : string.Create(CultureInfo.InvariantCulture, $"took {taken}, sum {sum}"));

void Take(long number)
{
    taken++;
    sum += number;
}

static void Expect(string title, string expected, int sum, int number)
{
    if (!string.Equals(title, expected, StringComparison.Ordinal) || sum != number + number + 1)
        throw new InvalidOperationException($"'{title}' came with {sum}, not '{expected}'.");
}

/// <summary>What a hosted program took.</summary>
internal sealed class Totals
{
    public int Count { get; set; }

    public long Sum { get; set; }
}

/// <summary>Takes orders in a host.</summary>
internal sealed class OrderHandler(Totals totals) : IShmQueueHandler<Order>
{
    public ValueTask HandleAsync(Order message, CancellationToken cancellationToken)
    {
        totals.Count++;
        totals.Sum += message.Number;
        return ValueTask.CompletedTask;
    }
}
