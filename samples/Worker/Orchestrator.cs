using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Worker;

/// <summary>Starts the shop, and billing twice, one after the other; adds up their reports and cleans up whatever happens.</summary>
internal static class Orchestrator
{
    private const int Interrupted = 130;

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using OrderQueue orders = OrderQueue.Create(ShmQueueName.NewUnique()), dead = OrderQueue.Create(Hosts.DeadLetters(orders.Name));
        using ReportQueue reports = ReportQueue.Create(ShmQueueName.NewUnique());
        try
        {
            return await RunAsync(orders, dead, reports, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        finally
        {
            orders.Delete();
            dead.Delete();
            reports.Delete();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(OrderQueue orders, OrderQueue dead, ReportQueue reports, CancellationToken stop)
    {
        // Disposing a child ends it, so that whichever way this method is left, no process stays behind.
        using Child shop = Child.Start("shop", "shop", orders.Name, reports.Name);
        using Child first = Child.Start("billing 1", "billing", orders.Name, reports.Name, "1");
        if (!await first.EndsWellAsync(stop)) return false;
        Console.WriteLine($"Billing has gone home; {orders.Count} orders wait for the next shift.");
        using Child second = Child.Start("billing 2", "billing", orders.Name, reports.Name, "2");
        if (!await second.EndsWellAsync(stop) || !await shop.EndsWellAsync(stop)) return false;
        return AddUp(reports, dead);
    }

    /// <summary>Prints who did what. True if every order that was sent was billed once, or is a dead letter.</summary>
    private static bool AddUp(ReportQueue reports, OrderQueue dead)
    {
        Report sent = default, billed = default;
        Console.WriteLine();
        Console.WriteLine($"{"",-14}{"orders",8}{"cents",12}");
        while (reports.TryDequeue(out Report report))
        {
            string host = report.Host.ToString();
            Print(host, report.Orders, report.Cents);
            ref Report sum = ref (string.Equals(host, "shop", StringComparison.Ordinal) ? ref sent : ref billed);
            sum.Orders += report.Orders;
            sum.Cents += report.Cents;
        }

        Print("dead letters", dead.Count, 0);
        bool fits = sent.Orders > 0 && sent.Orders == billed.Orders + dead.Count && sent.Cents == billed.Cents;
        Console.WriteLine(fits ? "Every order was billed once or is a dead letter." : "The totals do not add up.");
        return fits;
    }

    private static void Print(string who, long orders, long cents) => Console.WriteLine($"{who,-14}{orders,8}{cents,12}");
}
