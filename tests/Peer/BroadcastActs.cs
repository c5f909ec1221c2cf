using TypedShmQueue.Peer.KillSteps;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do, as one of a broadcast queue's processes.</summary>
internal sealed class BroadcastActs<TProducers>(string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
{
    public void Play(string act, string argument)
    {
        switch (act)
        {
            case "kill-step": new KillBroadcast<TProducers>(folder, name, orders).Play(argument); break;
            case "kill-label": new KillBroadcastLabel<TProducers>(folder, name, orders).Play(argument); break;
            default: throw new NotSupportedException($"No such act: {act}.");
        }
    }
}
