using TypedShmQueue.Samples.Serialized;

// Without arguments this is the restaurant; it starts the same program again as its kitchen.
return args switch
{
    [] => await Restaurant.RunAsync(),
    ["cook", var orders, var served] => Kitchen.Run(orders, served),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Serialized (no arguments; it starts its kitchen itself and ends when all is served)");
    return 2;
}
