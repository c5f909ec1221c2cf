using TypedShmQueue.Peer;
using TypedShmQueue.Region;
using TypedShmQueue.Waiting;

// TypedShmQueue.Peer <command> <producers> <consumers> <folder> <queue> [argument] [--no-membarrier] [--no-nameless-files]
// [--no-futex-waitv] The second process of the tests: it says on its output how far it is, and ends when its input does, so none outlives
// its test. Or TypedShmQueue.Peer standby: has started, and is told the rest in one line when it is needed.
Orders orders = Orders.FromInput();
if (args is ["standby"]) args = orders.Next().Split(' ');
if (args.Contains("--no-membarrier", StringComparer.Ordinal)) AppContext.SetSwitch(AsymmetricFence.DisableSwitch, true);
if (args.Contains("--no-nameless-files", StringComparer.Ordinal)) AppContext.SetSwitch(LinuxRegionPort.DisableNamelessSwitch, true);
if (args.Contains("--no-futex-waitv", StringComparer.Ordinal)) AppContext.SetSwitch(LinuxParkingPort.DisableFutexWaitAnySwitch, true);

string argument = args.Length > 5 ? args[5] : "";
return (args[1], args[2]) switch
{
    ("ManyProducers", "ManyConsumers") => Run<ManyProducers, ManyConsumers>(),
    ("ManyProducers", "OneConsumer") => Run<ManyProducers, OneConsumer>(),
    ("ManyProducers", "OneWaitingConsumer") => Run<ManyProducers, OneWaitingConsumer>(),
    ("OneProducer", "ManyConsumers") => Run<OneProducer, ManyConsumers>(),
    ("OneProducer", "OneConsumer") => Run<OneProducer, OneConsumer>(),
    ("OneProducer", "OneWaitingConsumer") => Run<OneProducer, OneWaitingConsumer>(),
    ("ManyProducers", "Subscribers") => RunBroadcast<ManyProducers>(),
    ("OneProducer", "Subscribers") => RunBroadcast<OneProducer>(),
    ("ManyProducers", "Workers") => RunWorkers<ManyProducers>(),
    ("OneProducer", "Workers") => RunWorkers<OneProducer>(),
    _ => throw new NotSupportedException($"No such roles: {args[1]} {args[2]}."),
};

int Run<TProducers, TConsumers>() where TProducers : struct, IProducerRole where TConsumers : struct, IConsumerRole
{
    new Acts<TProducers, TConsumers>(args[3], args[4], orders).Play(args[0], argument);
    return 0;
}

int RunBroadcast<TProducers>() where TProducers : struct, IProducerRole
{
    new BroadcastActs<TProducers>(args[3], args[4], orders).Play(args[0], argument);
    return 0;
}

int RunWorkers<TProducers>() where TProducers : struct, IProducerRole
{
    new WorkerActs<TProducers>(args[3], args[4], orders).Play(args[0], argument);
    return 0;
}
