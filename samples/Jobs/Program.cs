using TypedShmQueue.Samples.Jobs;

// Without arguments this is the orchestrator; it starts the same program again as workers.
return args switch
{
    [] => await Orchestrator.RunAsync(),
    ["work", var jobs, var reports, var name] => Laborer.Run(jobs, reports, name),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Jobs (no arguments; it starts its workers itself)");
    return 2;
}
