using System.Globalization;
using TypedShmQueue.Samples.MessagePassing;

// Without arguments this is the orchestrator; it starts the same program again as sender and receiver.
return args switch
{
    [] => await Orchestrator.RunAsync(),
    ["send", var queue, var name, var count, var firstId] => Sender.Run(
        queue, name, int.Parse(count, CultureInfo.InvariantCulture), long.Parse(firstId, CultureInfo.InvariantCulture)),
    ["receive", var queue] => Receiver.Run(queue),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: MessagePassing (no arguments; it starts its senders and its receiver itself)");
    return 2;
}
