using System.Globalization;
using TypedShmQueue.Samples.Orders;

// Without arguments this is the orchestrator; it starts the same program again as shops and workers.
return args switch
{
    [] => await Orchestrator.RunAsync(),
    ["sell", var name, var folder, var shop, var orders] => Shop.Run(name, folder,
        int.Parse(shop, CultureInfo.InvariantCulture), int.Parse(orders, CultureInfo.InvariantCulture)),
    ["work", var name, var folder] => Worker.Run(name, folder),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Orders (no arguments; it starts its shops and workers itself)");
    return 2;
}
