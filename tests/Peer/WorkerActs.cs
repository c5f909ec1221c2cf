using System.Globalization;
using TypedShmQueue.Peer.Fuzz;
using TypedShmQueue.Peer.KillSteps;
using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do, as one of the processes of a queue with acknowledged delivery.</summary>
internal sealed class WorkerActs<TProducers>(string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
{
    private readonly ShmQueueOptions _options = new() { Directory = folder, Wait = WaitPolicy.Park };

    public void Play(string act, string argument)
    {
        switch (act)
        {
            case "kill-lease-step": new KillLease<TProducers, Workers>(folder, name).Play(argument); break;
            case "kill-lease-label": KillAtLabel(argument); break;
            case "hold" or "work": Take(act, argument); break;
            case "keep": KeptLeases.Play<TProducers>(folder, name, orders, argument); break;
            case "fuzz": FuzzCases.Run(new WorkersKind<TProducers>(), _options, argument); break;
            case "large": Limits.LargeLeases.Play<TProducers>(folder, name); break;
            case "storm-produce": StormProduce(argument); break;
            case "storm-work": StormWork(argument); break;
            case "storm-durable-send": StormSend(argument); break;
            case "storm-durable-work": StormDurableWork(argument); break;
            default: throw new NotSupportedException($"No such act: {act}.");
        }
    }

    private void Take(string act, string argument)
    {
        using var queue = Open(_options);
        new LeaseActs(queue, orders).Play(act, argument);
    }

    /// <summary>Not disposed: it ends as one that is dead.</summary>
    private void KillAtLabel(string argument)
    {
        var queue = Open(LeaseActs.Strict(_options, name, TProducers.IsExclusive));
        new KillLeaseLabel(queue, _ => queue, remove: null).Play(argument);
    }

    private void StormProduce(string argument)
    {
        string[] parts = argument.Split(':');
        Random random = new(Number(parts[2]));
        using var queue = Open(_options with { Wait = random.Next(2) == 0 ? WaitPolicy.Adaptive : WaitPolicy.Park });
        using LifeLog log = LifeLog.Open(parts[3]);
        new StormProducer(new AcknowledgedEnd<TProducers>(queue), log, Number(parts[0]), mayShift: false, random)
            .SendUntil(() => orders.IsAny);
        Orders.Say("stopped");
    }

    /// <summary>"group:seed:log": takes under leases in a storm until the queue's end. There is one group, and it has no name.</summary>
    private void StormWork(string argument)
    {
        string[] parts = argument.Split(':');
        Random random = new(Number(parts[1]));
        using LeaseLog log = LeaseLog.Open(parts[2]);
        new StormWorker(() =>
        {
            var queue = Open(_options with { Wait = random.Next(2) == 0 ? WaitPolicy.Adaptive : WaitPolicy.Park });
            return (queue, queue);
        }, log, random).TakeUntilEnd();
        Orders.Say("end");
    }

    /// <summary>"producer:seed:log": sends to a durable queue until told to stop.</summary>
    private void StormSend(string argument)
    {
        string[] parts = argument.Split(':');
        using LifeLog log = LifeLog.Open(parts[2]);
        new DurableProducer<TProducers>(OpenDurable, log, Number(parts[0]), new Random(Number(parts[1]))).SendUntil(() => orders.IsAny);
        Orders.Say("stopped");
    }

    /// <summary>"seed:log": takes from a durable queue until its end.</summary>
    private void StormDurableWork(string argument)
    {
        string[] parts = argument.Split(':');
        using LeaseLog log = LeaseLog.Open(parts[1]);
        new DurableWorker<TProducers>(OpenDurable, log, new Random(Number(parts[0]))).TakeUntilEnd();
        Orders.Say("end");
    }

    private TypedAcknowledged<Parcel, TProducers> OpenDurable(ShmQueueOptions options) => Open(options with { Directory = folder });

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private TypedAcknowledged<Parcel, TProducers> Open(ShmQueueOptions options) =>
        TypedAcknowledged<Parcel, TProducers>.Open(Contracts.Parcel<TProducers, Workers>(), name, options);
}
