using System.Runtime.InteropServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using TypedShmQueue.Nats;

namespace TypedShmQueue.Samples.Fleet;

/// <summary>
/// Starts a cluster of three servers and three machines, sells orders on one of them, kills the server that leads the stream, takes a
/// machine away and brings it back, adds up the ledgers, and cleans up whatever happens.
/// </summary>
internal static class Orchestrator
{
    private const string Name = "Orchestrator";
    private const int Orders = 2_000;
    private const int Interrupted = 130;

    /// <summary>What test runners take for "skipped".</summary>
    private const int Skipped = 77;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly string[] s_names = ["north", "south", "east"];

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new(s_patience);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        // Servers write to a disk; the machines' queues are in memory.
        string servers = Directory.CreateTempSubdirectory("fleet-").FullName;
        string memory = "/dev/shm/" + Path.GetFileName(servers);
        NatsNode[] nodes = NatsNode.Cluster(servers);
        Dictionary<string, Child[]> machines = new(StringComparer.Ordinal);
        try
        {
            if (!nodes.All(static node => node.TryStart()))
            {
                Console.WriteLine("Skipped: this sample needs nats-server. Install it: apt-get install nats-server (or see nats.io).");
                return Skipped;
            }

            return await RunAsync(nodes, machines, memory, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            Log.Write(Name, "interrupted, or it took too long");
            return Interrupted;
        }
        finally
        {
            foreach (Child process in machines.Values.SelectMany(static processes => processes)) process.Dispose();
            foreach (NatsNode node in nodes) node.Dispose();
            if (Directory.Exists(memory)) Directory.Delete(memory, recursive: true);
            Directory.Delete(servers, recursive: true);
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(NatsNode[] nodes, Dictionary<string, Child[]> machines, string memory, CancellationToken stop)
    {
        string url = string.Join(',', nodes.Select(static node => node.Url));
        Log.Write(Name, $"started three servers: {url}");
        string[] folders = [.. s_names.Select(name => Path.Combine(memory, name))];
        foreach (string folder in folders)
        {
            _ = Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            machines[folder] = StartMachine(folder, url);
        }

        (string north, string east) = (folders[0], folders[2]);
        using OrderQueue placed = OrderQueue.OpenOrCreate(Machine.Placed, Machine.OptionsOf(north));
        await using NatsConnection connection = new(NatsOpts.Default with { Url = url, RequestTimeout = TimeSpan.FromSeconds(1) });
        NatsJSContext context = new(connection);
        NatsNode leader = await FindLeaderAsync(nodes, context, stop);
        Log.Write(Name, $"the bridges have created the stream; the server '{leader.Name}' leads it");
        Task selling = SellAsync(placed, stop);

        await HandledAsync(folders, Orders / 6, stop);
        leader = await FindLeaderAsync(nodes, context, stop);
        leader.Kill();
        Log.Write(Name, $"killed the server '{leader.Name}', which led the stream; {placed.Count} orders wait on 'north'");

        await HandledAsync(folders, Orders / 3, stop);
        foreach (Child process in machines[east]) process.Kill();
        Log.Write(Name, "killed every process of the machine 'east'");

        await HandledAsync(folders, Orders / 2, stop);
        leader.TryStart();
        Log.Write(Name, $"the server '{leader.Name}' is back");

        await HandledAsync(folders, Orders * 2 / 3, stop);
        foreach (Child process in machines[east]) process.Dispose();
        machines[east] = StartMachine(east, url);
        Log.Write(Name, "the machine 'east' is back; its queue has what it had");

        await selling;
        await HandledAsync(folders, Orders, stop);
        Log.Write(Name, "every order was handled");
        return Ledger.Read(folders).AddsUp(Orders, Path.GetFileName(east));
    }

    private static Child[] StartMachine(string folder, string servers)
    {
        string name = Path.GetFileName(folder);
        return [Child.Start($"{name}: bridge", "bridge", folder, servers), Child.Start($"{name}: worker", "worker", folder)];
    }

    /// <summary>The shop: it waits for room in its ring, and never for the network.</summary>
    private static async Task SellAsync(OrderQueue placed, CancellationToken stop)
    {
        for (int id = 1; id <= Orders; id++)
        {
            await placed.EnqueueAsync(new Order { Id = id, Cents = 100 * id, Shop = new("north") }, stop);
            if (id % 10 == 0) await Task.Delay(30, stop);
        }

        Log.Write("shop", $"sold {Orders} orders");
    }

    private static async Task HandledAsync(string[] folders, int count, CancellationToken stop)
    {
        while (Ledger.Read(folders).Handled < count) await Task.Delay(50, stop);
    }

    private static async Task<NatsNode> FindLeaderAsync(NatsNode[] nodes, NatsJSContext context, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                INatsJSStream stream = await context.GetStreamAsync(Machine.Stream, cancellationToken: stop);
                string? leader = stream.Info.Cluster?.Leader;
                if (nodes.FirstOrDefault(node => string.Equals(node.Name, leader, StringComparison.Ordinal)) is { } found) return found;
            }
            catch (NatsException)
            {
                // The servers have not found each other, or no bridge has created the stream yet.
            }

            await Task.Delay(100, stop);
        }
    }
}
