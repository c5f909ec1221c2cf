using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.Limits;

/// <summary>
/// Uses up something this process has a limit for, then tries all ways to a queue: each must be refused with a
/// <see cref="ShmQueueLimitException"/>, cost nothing, and leave the handle that is open as it was.
/// </summary>
internal sealed class Shortage<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const string Done = "done", Small = "small";
    private const int BigCapacity = 1 << 20;
    private const int Rounds = 20;

    private readonly QueueContract _contract;
    private readonly string _name;
    private readonly ShmQueueOptions _options;
    private readonly Action[] _ways;
    private int _sequence;

    public Shortage(QueueContract contract, string folder, string name)
    {
        _contract = contract;
        _name = name;
        _options = new ShmQueueOptions { Directory = folder, Capacity = 2 };
        _ways =
        [
            () => TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, _name, _options).Dispose(),
            TryOpen,
            () => TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(_contract, Small, _options).Dispose(),
            DeleteSmall,
            () => TypedQueue<Parcel, TProducers, TConsumers>.Create(_contract, Small, _options).Dispose(),
            DeleteSmall,
        ];
    }

    public void Play(string what)
    {
        using var queue = TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, _name, _options);
        Pass(queue);
        switch (what)
        {
            case "descriptors": Descriptors(queue); break;
            case "address-space": AddressSpace(queue); break;
            case "file-size": FileSize(queue); break;
            default: throw new NotSupportedException($"No such shortage: {what}.");
        }

        Pass(queue);
        Orders.Say("went on");
    }

    private void Descriptors(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        // Each way once while there is enough: what the runtime loads at first use needs descriptors too.
        AllWaysMustDo();
        TypedQueue<Parcel, TProducers, TConsumers>.Create(_contract, Small, _options).Dispose();

        // What Flush reports, Dispose passes over: it often runs while another exception is on its way.
        var atRest = TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, _name, _options with { Durability = Durability.AtRest });
        MustDo(atRest.Flush);

        List<SafeFileHandle> hoard = [];
        Hoard(hoard);
        MustBeFull(atRest.Flush);
        MustDo(atRest.Dispose);
        for (int left = 0; left <= 1; left++)
        {
            Hoard(hoard);
            // A handle needs one descriptor, and its folder one more while it is opened.
            for (int i = 0; i < left; i++) GiveBack(hoard);
            for (int round = 0; round < Rounds; round++)
            {
                foreach (Action way in _ways) MustBeFull(way);
                Pass(queue);
            }
        }

        GiveBack(hoard);
        AllWaysMustDo();
        while (hoard.Count > 0) GiveBack(hoard);
    }

    /// <summary>The queue "big", which the test has made, is larger than what is left.</summary>
    private void AddressSpace(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        const ulong Left = 32 << 20;
        using (ResourceLimit.OfAddressSpace(ResourceLimit.AddressSpaceInUse + Left))
        {
            for (int round = 0; round < Rounds; round++)
            {
                MustBeFull(() => TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, "big", _options).Dispose());
                MustBeFull(() =>
                    TypedQueue<Parcel, TProducers, TConsumers>.Create(_contract, "new", _options with { Capacity = BigCapacity })
                    .Dispose());
                MustDo(() => TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, _name, _options).Dispose());
                Pass(queue);
            }
        }

        MustDo(() => TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, "big", _options).Dispose());
    }

    private void FileSize(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        // The signal that the system sends beside the error must not end the process.
        using (ResourceLimit.OfFileSize(1 << 20))
        {
            for (int round = 0; round < Rounds; round++)
            {
                MustBeFull(() =>
                    TypedQueue<Parcel, TProducers, TConsumers>.Create(_contract, "new", _options with { Capacity = BigCapacity })
                    .Dispose());
                Pass(queue);
            }

            AllWaysMustDo();
        }
    }

    private void TryOpen()
    {
        if (!TypedQueue<Parcel, TProducers, TConsumers>
            .TryOpen(_contract, _name, _options, out TypedQueue<Parcel, TProducers, TConsumers>? queue))
            throw new FileNotFoundException(_name);
        queue.Dispose();
    }

    private void DeleteSmall()
    {
        if (!QueueFiles.Delete(Small, _options)) throw new FileNotFoundException(Small);
    }

    private static void Hoard(List<SafeFileHandle> hoard)
    {
        try
        {
            while (true) hoard.Add(File.OpenHandle("/dev/null"));
        }
        catch (IOException)
        {
        }
    }

    private static void GiveBack(List<SafeFileHandle> hoard)
    {
        hoard[^1].Dispose();
        hoard.RemoveAt(hoard.Count - 1);
    }

    /// <summary>Where there is enough, each way does what it is for; at the end the queue "small" is gone.</summary>
    private void AllWaysMustDo()
    {
        foreach (Action way in _ways) MustDo(way);
    }

    private static void MustDo(Action way) => Must(Done, way);

    private static void MustBeFull(Action way) => Must(nameof(ShmQueueLimitException), way);

    private static void Must(string expected, Action way)
    {
        string met = Try(way);
        if (!string.Equals(met, expected, StringComparison.Ordinal))
            throw new InvalidOperationException($"Expected {expected}, met {met}.");
    }

    private static string Try(Action way)
    {
        try
        {
            way();
            return Done;
        }
        catch (ShmQueueLimitException e)
        {
            return e.GetType().Name;
        }
        catch (Exception e) when (e is ShmQueueException or UnauthorizedAccessException or IOException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    /// <summary>The handle that is open goes on.</summary>
    private void Pass(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        Parcel sent = new(1, ++_sequence);
        queue.Enqueue(sent, default);
        if (queue.Dequeue(default) != sent) throw new InvalidDataException("Another message than the one sent.");
    }
}
