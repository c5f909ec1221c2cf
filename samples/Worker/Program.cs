using TypedShmQueue.Samples.Worker;

// Without arguments this is the orchestrator; it starts the same program again as two hosts, the second of them twice.
return args switch
{
    [] => await Orchestrator.RunAsync(),
    ["shop", var orders, var reports] => await Hosts.ShopAsync(orders, reports),
    ["billing", var orders, var reports, var shift] => await Hosts.BillingAsync(orders, reports, shift),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Worker (no arguments; it starts its hosts itself)");
    return 2;
}
