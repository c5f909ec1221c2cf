using TypedShmQueue.Samples.Fleet;

// Without arguments this is the orchestrator; it starts the same program again as the processes of its machines.
return args switch
{
    [] => await Orchestrator.RunAsync(),
    ["bridge", var machine, var servers] => await Machine.BridgeAsync(machine, servers),
    ["worker", var machine] => await Machine.WorkAsync(machine),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Fleet (no arguments; it starts its servers and machines itself)");
    return 2;
}
