using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>The members of a broadcast queue that begin, list and remove subscriptions.</content>
internal static partial class QueueEmitter
{
    private static void EmitSubscribe(IndentedWriter writer, QueueModel queue)
    {
        var subscription = $"global::TypedShmQueue.IShmSubscription<{queue.MessageType}>";
        var broadcast = BroadcastInterface(queue);
        writer.Block(
            $$"""

            /// <summary>Begins a subscription: it gets every message from there on, and ends with its Dispose, this handle or this process.</summary>
            /// <param name="from">Where it begins: the oldest message that is kept, the next one to be sent, or a position.</param>
            /// <param name="options">Whether producers wait for it; null for the defaults.</param>
            /// <exception cref="global::TypedShmQueue.ShmQueueFullException">There are as many subscriptions as the queue was created for.</exception>
            /// <exception cref="global::TypedShmQueue.ShmQueuePositionException">The position is overwritten already, or not reached yet.</exception>
            /// <exception cref="global::System.ArgumentException">An option is not valid.</exception>
            public {{queue.SubscriptionName}} Subscribe(
                global::TypedShmQueue.SubscribeFrom from = default,
                global::TypedShmQueue.SubscriptionOptions? options = null) =>
                {{Subscription(queue, "_queue.Subscribe(from, options)")}};

            /// <summary>Takes a named subscription up where it was left, or begins it. It outlives its holder; one holder has it at a time.</summary>
            /// <param name="name">Its name: 1 to 63 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
            /// <param name="from">Where it begins if there is none of that name.</param>
            /// <param name="options">Whether producers wait for it, also while it has no holder; null for the defaults.</param>
            /// <exception cref="global::TypedShmQueue.ShmQueueSubscriptionTakenException">Its holder lives.</exception>
            /// <exception cref="global::TypedShmQueue.ShmQueueFullException">There are as many subscriptions as the queue was created for.</exception>
            /// <exception cref="global::TypedShmQueue.ShmQueuePositionException">The position is overwritten already, or not reached yet.</exception>
            /// <exception cref="global::System.ArgumentException">The name or an option is not valid.</exception>
            public {{queue.SubscriptionName}} Subscribe(
                string name,
                global::TypedShmQueue.SubscribeFrom from = default,
                global::TypedShmQueue.SubscriptionOptions? options = null) =>
                {{Subscription(queue, "_queue.Subscribe(name, from, options)")}};

            /// <summary>Every subscription at this instant, named ones without a holder included. Allocates, and makes a system call for each.</summary>
            public global::System.Collections.Generic.IReadOnlyList<global::TypedShmQueue.ShmQueueSubscription> Subscriptions => _queue.Subscriptions;

            /// <summary>Removes a named subscription that nobody holds. False if there is none of that name.</summary>
            /// <param name="name">Its name.</param>
            /// <exception cref="global::TypedShmQueue.ShmQueueSubscriptionTakenException">Its holder lives.</exception>
            /// <exception cref="global::System.ArgumentException">The name is not valid.</exception>
            public bool RemoveSubscription(string name) => _queue.RemoveSubscription(name);

            {{subscription}} {{broadcast}}.Subscribe(
                global::TypedShmQueue.SubscribeFrom from,
                global::TypedShmQueue.SubscriptionOptions? options) =>
                Subscribe(from, options);

            {{subscription}} {{broadcast}}.Subscribe(
                string name,
                global::TypedShmQueue.SubscribeFrom from,
                global::TypedShmQueue.SubscriptionOptions? options) =>
                Subscribe(name, from, options);
            """);
    }
}
