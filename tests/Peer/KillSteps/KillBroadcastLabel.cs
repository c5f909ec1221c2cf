using System.Globalization;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// One public call on a real broadcast queue or a subscription of it, by a process that dies at one of its labelled steps.
/// </summary>
internal sealed class KillBroadcastLabel<TProducers>(string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
{
    /// <summary>Whose messages these are, in the test's ledger; and the subscription that outlives its holder.</summary>
    private const long Me = 100;

    private const string Named = "billing";

    private readonly TypedBroadcast<Parcel, TProducers> _queue =
        TypedBroadcast<Parcel, TProducers>.Open(Contracts.Parcel<TProducers, Subscribers>(), name,
            new ShmQueueOptions { Directory = folder });

    /// <param name="argument">"operation:step", the step by its number or its label.</param>
    public void Play(string argument)
    {
        string[] parts = argument.Split(':', 2);
        Func<string> operation = Prepare(parts[0]);
        new LabelTrap(parts[1]).Run(operation, parts[0] is "catch-up" ? () => orders.WaitFor("go") : null);
        GC.KeepAlive(_queue);
    }

    private Func<string> Prepare(string operation)
    {
        switch (operation)
        {
            case "subscribe":
                return () => Said(_queue.Subscribe(SubscribeFrom.Oldest, null));
            case "subscribe-named" or "resume":
                return () => Said(_queue.Subscribe(Named, SubscribeFrom.Oldest, null));
            case "subscribe-named-latest":
                return () => Said(_queue.Subscribe(Named, SubscribeFrom.Latest, null));
            case "catch-up":
                return Take(_queue.Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = true }));
            case "take-named":
                return Take(_queue.Subscribe(Named, SubscribeFrom.Oldest, null));
            case "end":
                return Silently(_queue.Subscribe(SubscribeFrom.Oldest, null).Dispose);
            case "end-named":
                return Silently(_queue.Subscribe(Named, SubscribeFrom.Oldest, null).Dispose);
            case "end-with-handle":
                _ = _queue.Subscribe(Named, SubscribeFrom.Oldest, null);
                _ = _queue.Subscribe(SubscribeFrom.Oldest, null);
                return Silently(_queue.Dispose);
            case "remove":
                _queue.Subscribe(Named, SubscribeFrom.Oldest, null).Dispose();
                return Silently(() => _queue.RemoveSubscription(Named));
            case "evict":
                return Silently(() => _queue.Enqueue(new Parcel(Me, 0), default));
            default:
                throw new NotSupportedException($"No such operation: {operation}.");
        }
    }

    private static string Said(TypedSubscription<Parcel> subscription) =>
        string.Create(CultureInfo.InvariantCulture, $" {subscription.Missed}");

    private static Func<string> Take(TypedSubscription<Parcel> subscription) => () =>
    {
        if (!subscription.TryDequeue(out Parcel parcel) || !parcel.IsWhole)
            throw new InvalidOperationException("There is no whole message.");
        return string.Create(CultureInfo.InvariantCulture, $" {parcel.Sequence} {subscription.Missed}");
    };

    private static Func<string> Silently(Action act) => () =>
    {
        act();
        return "";
    };
}
