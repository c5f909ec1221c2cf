using System.Globalization;
using TypedShmQueue.Peer.Fuzz;
using TypedShmQueue.Peer.KillSteps;
using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do, as one of a broadcast queue's processes.</summary>
internal sealed class BroadcastActs<TProducers>(string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
{
    /// <summary>The consumer group of the tests.</summary>
    private const string Group = "jobs";

    public void Play(string act, string argument)
    {
        switch (act)
        {
            case "kill-step": new KillBroadcast<TProducers>(folder, name, orders).Play(argument); break;
            case "kill-label": new KillBroadcastLabel<TProducers>(folder, name, orders).Play(argument); break;
            case "storm-produce": StormProduce(argument); break;
            case "storm-subscribe": StormSubscribe(argument); break;
            case "fuzz": FuzzCases.Run(new GroupKind<TProducers>(), new ShmQueueOptions { Directory = folder }, argument); break;
            case "storm-work": StormWork(argument); break;
            case "subscribe": Subscribe(); break;
            case "hold" or "work": TakeInGroup(act, argument); break;
            case "keep": KeptLeases.PlayGroup<TProducers>(folder, name, orders, argument); break;
            case "kill-lease-step": new KillLease<TProducers, Subscribers>(folder, name).Play(argument); break;
            case "kill-lease-label": KillAtLabelOfGroup(argument); break;
            case "notes": new NoteBroadcastActs<TProducers>(folder, name, orders).Play(argument); break;
            case "large": new Limits.LargeBroadcast<TProducers>(folder, name).Play(); break;
            default: throw new NotSupportedException($"No such act: {act}.");
        }
    }

    /// <summary>Has producers wait for a subscription, until it is told to end or killed.</summary>
    private void Subscribe()
    {
        using var queue = TypedBroadcast<Parcel, TProducers>.Open(Contracts.Parcel<TProducers, Subscribers>(), name,
            new ShmQueueOptions { Directory = folder, Wait = WaitPolicy.Park });
        using var subscription = queue.Subscribe(SubscribeFrom.Latest, options: null);
        Orders.Say("subscribed");
        _ = orders.Next();
    }

    /// <summary>As a member of the group <see cref="Group"/>, which is there already.</summary>
    private void TakeInGroup(string act, string argument)
    {
        using var queue = TypedBroadcast<Parcel, TProducers>.Open(Contracts.Parcel<TProducers, Subscribers>(), name,
            new ShmQueueOptions { Directory = folder, Wait = WaitPolicy.Park });
        using var member = queue.JoinGroup(Group);
        new LeaseActs(member, orders).Play(act, argument);
    }

    /// <summary>Not disposed: it ends as one that is dead.</summary>
    private void KillAtLabelOfGroup(string argument)
    {
        var queue = TypedBroadcast<Parcel, TProducers>.Open(Contracts.Parcel<TProducers, Subscribers>(), name,
            LeaseActs.Strict(new ShmQueueOptions { Directory = folder, Wait = WaitPolicy.Park }, name, TProducers.IsExclusive));
        new KillLeaseLabel(queue, group => queue.JoinGroup(group), queue.RemoveGroup).Play(argument);
    }

    private void StormProduce(string argument)
    {
        string[] parts = argument.Split(':');
        Random random = new(Number(parts[2]));
        using var queue = Open(random);
        using LifeLog log = LifeLog.Open(parts[3]);
        new StormProducer(new BroadcastEnd<TProducers>(queue), log, Number(parts[0]), bool.Parse(parts[1]), random)
            .SendUntil(() => orders.IsAny);
        Orders.Say("stopped");
    }

    private void StormSubscribe(string argument)
    {
        string[] parts = argument.Split(':');
        Random random = new(Number(parts[1]));
        using var queue = Open(random);
        using SubscriberLog log = SubscriberLog.Open(parts[2]);
        new StormSubscriber<TProducers>(queue, StormSubscription.Of(parts[0]), log, random).TakeUntilEnd();
        Orders.Say("end");
    }

    /// <summary>"group:seed:log": takes under leases in a storm until the queue's end.</summary>
    private void StormWork(string argument)
    {
        string[] parts = argument.Split(':');
        Random random = new(Number(parts[1]));
        using LeaseLog log = LeaseLog.Open(parts[2]);
        new StormWorker(() =>
        {
            var queue = Open(random);
            return (queue, queue.JoinGroup(parts[0]));
        }, log, random).TakeUntilEnd();
        Orders.Say("end");
    }

    private TypedBroadcast<Parcel, TProducers> Open(Random random) => TypedBroadcast<Parcel, TProducers>.Open(
        Contracts.Parcel<TProducers, Subscribers>(), name, new ShmQueueOptions { Directory = folder, Wait = random.Next(2) == 0
            ? WaitPolicy.Adaptive : WaitPolicy.Park });

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
