namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do, as one of the processes of a queue with acknowledged delivery.</summary>
internal sealed class WorkerActs<TProducers>(string folder, string name)
    where TProducers : struct, IProducerRole
{
    public void Play(string act)
    {
        switch (act)
        {
            case "large": Limits.LargeLeases.Play<TProducers>(folder, name); break;
            default: throw new NotSupportedException($"No such act: {act}.");
        }
    }
}
