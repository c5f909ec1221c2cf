using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using TypedShmQueue.Nats;

namespace TypedShmQueue.Samples.Fleet;

/// <summary>
/// A machine of the fleet: a folder of queues that no other machine sees, a process that bridges them to the stream, and one that works.
/// </summary>
internal static class Machine
{
    public const string Subject = "orders", Stream = "ORDERS", Placed = "placed", Received = "received";

    /// <summary>All machines share the orders: each goes to one of them.</summary>
    private const string Consumer = "fleet";

    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(1);

    public static ShmQueueOptions OptionsOf(string machine) => new() { Directory = machine, Wait = WaitPolicy.Park };

    public static string LedgerOf(string machine) => Path.Combine(machine, "ledger.txt");

    public static ShmNatsBridgeOptions BridgeOf(string servers) => new()
    {
        Nats = NatsOpts.Default with { Url = servers, ReconnectWaitMax = TimeSpan.FromSeconds(1) },
        Subject = Subject,
        Create = new StreamConfig(Stream, [Subject]) { NumReplicas = 3, DuplicateWindow = TimeSpan.FromMinutes(2) },
        AckTimeout = TimeSpan.FromSeconds(2),
        MaxRetryDelay = TimeSpan.FromSeconds(1),
        AckWait = TimeSpan.FromSeconds(5),
        Consumer = Consumer,
        Window = 64,
    };

    /// <summary>What is placed here goes to the stream; what the stream has for this machine comes here.</summary>
    public static async Task<int> BridgeAsync(string machine, string servers)
    {
        Child.FollowParent(static () => { });
        using OrderQueue placed = OrderQueue.OpenOrCreate(Placed, OptionsOf(machine));
        using OrderQueue received = OrderQueue.OpenOrCreate(Received, OptionsOf(machine));
        ShmNatsBridgeOptions inbound = BridgeOf(servers), outbound = BridgeOf(servers);
        outbound.Consumer = null;
        Task[] bridges =
        [
            ShmNatsOutbound.Over(placed, outbound).RunAsync(CancellationToken.None),
            ShmNatsInbound.Over(received, inbound).RunAsync(CancellationToken.None),
        ];
        await await Task.WhenAny(bridges);
        return 0;
    }

    /// <summary>Handles orders: writes each to the ledger, and acknowledges it then.</summary>
    public static async Task<int> WorkAsync(string machine)
    {
        Child.FollowParent(static () => { });
        using OrderQueue received = OrderQueue.OpenOrCreate(Received, OptionsOf(machine));
        await using StreamWriter ledger = new(LedgerOf(machine), append: true) { AutoFlush = true };
        await foreach (OrderLease lease in received.ReadAllLeasesAsync())
        {
            using (lease)
            {
                await Task.Delay(s_work);
                await ledger.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{lease.Value.Id} {lease.Deliveries}"));
                lease.Acknowledge();
            }
        }

        return 0;
    }
}
