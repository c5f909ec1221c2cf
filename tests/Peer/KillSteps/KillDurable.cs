using System.Globalization;
using TypedShmQueue.Queue;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// Public calls on a durable queue, by a process that dies, or stops, at one of its labelled steps (see <see cref="LabelTrap"/>). It says
/// each message once the call has returned that promises it: "sent 3", or "took 3".
/// </summary>
internal sealed class KillDurable(QueueContract contract, string name, ShmQueueOptions options)
{
    /// <summary>Whose messages these are, in the test's ledger.</summary>
    private const long Me = 101;

    private const int Count = 3;

    private readonly ShmQueueOptions _options = options with { Durability = Durability.Committed };

    /// <param name="argument">"operation:step", the step by its number or its label.</param>
    public void Play(string argument)
    {
        string[] parts = argument.Split(':', 2);
        // Other threads commit for those who wait without one.
        bool isPending = parts[0].Contains("async", StringComparison.Ordinal);
        new LabelTrap(parts[1], everyThread: isPending).Run(Prepare(parts[0]));
    }

    private Func<string> Prepare(string operation)
    {
        switch (operation)
        {
            case "create":
                return Silently(() =>
                    TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(contract, name, _options with { Capacity = 16 }));
            case "open":
                return Silently(() => Open());
            case "open-and-send":
                return Silently(() => Send(Open()));
            case "delete-by-name":
                return Silently(() => QueueFiles.Delete(name, _options));
        }

        TypedQueue<Parcel, ManyProducers, ManyConsumers> queue = Open();
        return operation switch
        {
            "send" => Silently(() => Send(queue)),
            "send-batch" => Silently(() =>
            {
                queue.Enqueue([.. Enumerable.Range(0, Count).Select(i => new Parcel(Me, i))]);
                for (int i = 0; i < Count; i++) Say("sent", i);
            }),
            "send-async" => Silently(() =>
            {
                for (int i = 0; i < Count; i++)
                {
                    queue.EnqueueAsync(new Parcel(Me, i)).AsTask().GetAwaiter().GetResult();
                    Say("sent", i);
                }
            }),
            "take" => Silently(() =>
            {
                for (int i = 0; i < Count; i++)
                {
                    Parcel parcel = queue.Dequeue();
                    queue.Flush();
                    Say("took", parcel.Sequence);
                }
            }),
            // It sees what is committed. It commits the messages that it waits for, and not what it takes.
            "take-committed" => Silently(() =>
            {
                using TypedQueue<Parcel, ManyProducers, ManyConsumers> careful = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(
                    contract, name, options with { Durability = Durability.Cached, Visibility = Visibility.Committed });
                for (int i = 0; i < Count; i++) Say("saw", careful.Dequeue().Sequence);
            }),
            "dispose" => Silently(() =>
            {
                _ = queue.TryEnqueue(new Parcel(Me, 0));
                queue.Dispose();
                Say("sent", 0);
            }),
            "delete" => Silently(queue.Delete),
            _ => throw new NotSupportedException($"No such operation: {operation}."),
        };
    }

    private static void Send(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue)
    {
        for (int i = 0; i < Count; i++)
        {
            queue.Enqueue(new Parcel(Me, i));
            Say("sent", i);
        }
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open() =>
        TypedQueue<Parcel, ManyProducers, ManyConsumers>.Open(contract, name, _options);

    private static void Say(string verb, long sequence) => Orders.Say(string.Create(CultureInfo.InvariantCulture, $"{verb} {sequence}"));

    private static Func<string> Silently(Action act) => () =>
    {
        act();
        return "";
    };
}
