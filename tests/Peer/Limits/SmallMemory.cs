using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.Limits;

/// <summary>
/// A memory folder with room for little, as a container has it: a queue that does not fit is refused when it is created, and one that is
/// there goes on when the folder is full.
/// </summary>
internal sealed class SmallMemory<TProducers, TConsumers>(QueueContract contract, string folder, string name)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int Rounds = 1000;

    private readonly ShmQueueOptions _options = new() { Directory = folder, Capacity = 256 };

    public void Play()
    {
        Orders.Say("too large: " + Refusal(1 << 16));
        using var queue = TypedQueue<Parcel, TProducers, TConsumers>.Create(contract, name, _options);
        FillUp();
        Orders.Say("full: " + Refusal(256));
        // Each slot for the first time now: the pages are there, or this process would be killed.
        for (int i = 0; i < Rounds; i++)
        {
            queue.Enqueue(new Parcel(1, i), default);
            if (queue.Dequeue(default) != new Parcel(1, i)) throw new InvalidDataException($"The message {i} is not what came.");
        }

        Orders.Say("passed");
    }

    private string Refusal(int capacity)
    {
        try
        {
            TypedQueue<Parcel, TProducers, TConsumers>.Create(contract, name + "2", _options with { Capacity = capacity }).Dispose();
            return "created";
        }
        catch (ShmQueueLimitException e)
        {
            return e.Limit.ToString();
        }
    }

    private void FillUp()
    {
        byte[] page = new byte[4096];
        using FileStream rest = new(Path.Combine(folder, ".rest"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0,
        });
        try
        {
            while (true) rest.Write(page);
        }
        catch (IOException)
        {
            // There is no more room: that is what was wanted.
        }
    }
}
