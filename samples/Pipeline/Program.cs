using System.Globalization;
using TypedShmQueue.Samples.Pipeline;

// Without arguments, or with a number of samples, this is the orchestrator; it starts the same program again as each stage.
return args switch
{
    [] => await Orchestrator.RunAsync(samples: 3000),
    [var samples] when int.TryParse(samples, NumberStyles.None, CultureInfo.InvariantCulture, out int count) =>
        await Orchestrator.RunAsync(count),
    ["measure", var to, var reports, var samples] =>
        await Stages.MeasureAsync(to, reports, int.Parse(samples, CultureInfo.InvariantCulture)),
    ["smooth", var from, var to, var reports] => await Stages.SmoothAsync(from, to, reports),
    ["store", var from, var reports] => await Stages.StoreAsync(from, reports),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Pipeline [samples] (it starts its stages itself; 3000 samples take some 5 seconds)");
    return 2;
}
