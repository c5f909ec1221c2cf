using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Orders;

/// <summary>
/// Starts a shop and a worker, kills both in the middle and throws the memory away, twice; then lets the last ones end, and adds up what
/// all of them have said. Cleans up whatever happens.
/// </summary>
internal static class Orchestrator
{
    private const int Skipped = 77, Interrupted = 130;
    private const int PowerFailures = 2, SoldBeforeEach = 400, DoneBeforeEach = 80, OrdersOfLastTills = 50;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        string name = ShmQueueName.NewUnique();
        string folder = Path.Combine(AppContext.BaseDirectory, $"disk-{name}");
        Directory.CreateDirectory(folder);
        try
        {
            OrderQueue.Create(name, Place.OptionsOf(folder)).Dispose();
            return await RunAsync(name, folder, stop.Token) ? 0 : 1;
        }
        catch (ShmQueueDurabilityException e)
        {
            Console.WriteLine($"Skipped: {e.Message}");
            return Skipped;
        }
        catch (OperationCanceledException)
        {
            Log.Write("interrupted");
            return Interrupted;
        }
        finally
        {
            Place.Remove(name, folder);
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(string name, string folder, CancellationToken stop)
    {
        Ledger ledger = new();
        int foundAgain = 0;
        bool isWhole = true;
        for (int shop = 1; shop <= PowerFailures; shop++)
        {
            await SellAndLosePowerAsync(name, folder, ledger, shop, stop);
            using OrderQueue queue = OrderQueue.Open(name, Place.OptionsOf(folder)); // makes the ring out of the journal
            foundAgain += queue.Count;
            // Those that are done and not committed are there, too, or are not: the kill came before or after a commit.
            isWhole &= queue.Count >= ledger.Outstanding;
            Log.Write($"found {queue.Count} orders in the journal; {ledger.Outstanding} were sold and not done");
        }

        using Child lastShop = Start("shop", "sell", name, folder, $"{PowerFailures + 1}", $"{OrdersOfLastTills}");
        using Child lastWorker = Start("worker", "work", name, folder);
        Log.Write("started the last shop, which ends by itself, and a worker that does everything that is left");
        bool[] ended = await Task.WhenAll(lastShop.EndsWellAsync(stop), lastWorker.EndsWellAsync(stop));
        return ledger.AddsUp(foundAgain) && isWhole && !ended.Contains(false);

        Child Start(string who, params ReadOnlySpan<string> arguments) => Child.StartAndRead(who, ledger.Enter, arguments);
    }

    private static async Task SellAndLosePowerAsync(string name, string folder, Ledger ledger, int shop, CancellationToken stop)
    {
        using Child seller = Child.StartAndRead("shop", ledger.Enter, "sell", name, folder, $"{shop}", "0");
        using Child worker = Child.StartAndRead("worker", ledger.Enter, "work", name, folder);
        int sold = ledger.SoldCount + SoldBeforeEach, done = ledger.CommittedCount + DoneBeforeEach;
        while (ledger.SoldCount < sold || ledger.CommittedCount < done)
        {
            if (seller.HasExited || worker.HasExited) throw new InvalidOperationException("A process ended that was to be killed.");
            await Task.Delay(s_look, stop);
        }

        // SIGKILL, in the middle of whatever they do. Then the memory goes, as it does when the power fails.
        seller.Kill();
        worker.Kill();
        int rings = Place.DeleteMemory(name);
        Log.Write($"killed the shop and the worker, and threw away {rings} ring: {ledger.SoldCount} orders are sold, "
            + $"{ledger.CommittedCount} are done");
    }
}
