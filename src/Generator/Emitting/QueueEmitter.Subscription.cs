using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>The subscription of a broadcast queue, and the members that begin one.</content>
internal static partial class QueueEmitter
{
    private static void EmitSubscribe(IndentedWriter writer, QueueModel queue)
    {
        var broadcast = BroadcastInterface(queue);
        var options = $"{Root}SubscribeFrom from = default, {Root}SubscriptionOptions? options = null";
        var contract = $"{Root}IShmSubscription<{queue.MessageType}> {broadcast}.Subscribe";
        writer.Block(
            $$"""

            /// <inheritdoc cref="{{Root}}IShmBroadcast{T}.Subscribe({{Root}}SubscribeFrom, {{Root}}SubscriptionOptions)"/>
            public {{queue.SubscriptionName}} Subscribe({{options}}) => new(Begin(from, options));

            /// <inheritdoc cref="{{Root}}IShmBroadcast{T}.Subscribe(string, {{Root}}SubscribeFrom, {{Root}}SubscriptionOptions)"/>
            public {{queue.SubscriptionName}} Subscribe(string name, {{options}}) => new(Begin(name, from, options));

            {{contract}}({{Root}}SubscribeFrom from, {{Root}}SubscriptionOptions? options) => Subscribe(from, options);

            {{contract}}(string name, {{Root}}SubscribeFrom from, {{Root}}SubscriptionOptions? options) => Subscribe(name, from, options);
            """);
    }

    private static void EmitSubscription(IndentedWriter writer, QueueModel queue)
    {
        var kind = $"{Services}{(queue.Serializer is null ? "Message" : "Serialized")}Subscription<{queue.MessageType}>";
        var begun = $"{Services}{(queue.Serializer is null ? "MessageSubscription" : "SerializedSubscription")}<{queue.MessageType}>.Begun";
        writer.Line();
        writer.Open(
            $$"""
            /// <summary>A subscription to a <see cref="{{queue.QueueName}}"/>: it gets every message, at its own pace.</summary>
            /// <remarks>
            /// One thread at a time uses it; a pending asynchronous call counts as one. After
            /// <see cref="global::System.IDisposable.Dispose()"/>, or that of the
            /// queue, its members throw <see cref="global::System.ObjectDisposedException"/>.
            /// </remarks>
            {{Mark()}}
            {{Marks(queue.SubscriptionMarks)}}{{queue.Accessibility}} sealed partial class {{queue.SubscriptionName}} : {{kind}}
            """);
        writer.Block(
            $$"""
            internal {{queue.SubscriptionName}}({{begun}} begun) : base(begun)
            {
            }
            """);
        writer.Close();
    }
}
