using System.Globalization;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.Places;

/// <summary>Comes to a place as whoever this process is, says what it met there, and does what it is told.</summary>
/// <param name="folder">"-" is the default folder.</param>
internal sealed class Visit<TProducers, TConsumers>(QueueContract contract, string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>
    /// "way permissions", the permissions in octal: "open 600". Says "here" or the name of the exception; then one message in, one out.
    /// </summary>
    public void Play(string argument)
    {
        string[] words = argument.Split(' ');
        ShmQueueOptions options = new()
        {
            Directory = string.Equals(folder, "-", StringComparison.Ordinal) ? null : folder,
            Permissions = (UnixFileMode)Convert.ToInt32(words[1], 8),
        };
        try
        {
            using TypedQueue<Parcel, TProducers, TConsumers>? queue = Come(words[0], options);
            Orders.Say("here");
            if (queue == null) return;
            orders.WaitFor("take");
            Parcel parcel = queue.Dequeue(default);
            Orders.Say(string.Create(CultureInfo.InvariantCulture, $"{parcel.Producer} {parcel.Sequence}"));
            orders.WaitFor("send");
            queue.Enqueue(new Parcel(100, 1), default);
            Orders.Say("sent");
            orders.WaitFor("leave");
        }
        catch (Exception e) when (e is ShmQueueException or UnauthorizedAccessException or IOException)
        {
            Orders.Say($"{e.GetType().Name}: {e.Message}");
        }
    }

    private TypedQueue<Parcel, TProducers, TConsumers>? Come(string way, ShmQueueOptions options)
    {
        switch (way)
        {
            case "open": return TypedQueue<Parcel, TProducers, TConsumers>.Open(contract, name, options);
            case "create": return TypedQueue<Parcel, TProducers, TConsumers>.Create(contract, name, options);
            case "open-or-create": return TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(contract, name, options);
            case "leave-one":
                TypedQueue<Parcel, TProducers, TConsumers>.Create(contract, name, options).Dispose();
                return null;
            case "delete":
                if (!QueueFiles.Delete(name, options)) throw new FileNotFoundException("Nothing to delete.");
                return null;
            default: throw new NotSupportedException($"No such way: {way}.");
        }
    }
}
