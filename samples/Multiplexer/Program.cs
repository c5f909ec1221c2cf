using System.Globalization;
using TypedShmQueue.Samples.Multiplexer;

// Without arguments this is the orchestrator; it starts the same program again as sensors and subscribers.
return args switch
{
    [] => await Orchestrator.RunAsync(),
    ["measure", var queue, var name, var count] => Sensor.Run(queue, name, int.Parse(count, CultureInfo.InvariantCulture)),
    ["subscribe", var queue, var reports, var name] => Subscriber.Run(queue, reports, name),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Multiplexer (no arguments; it starts its sensors and subscribers itself)");
    return 2;
}
