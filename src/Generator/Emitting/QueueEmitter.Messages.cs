using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>The members that send and take messages.</content>
internal static partial class QueueEmitter
{
    private const string Inlined =
        "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]";

    private const string Cancellation = "global::System.Threading.CancellationToken cancellationToken = default";
    private const string TimeSpan = "global::System.TimeSpan";

    private const string CancellationDocs =
        """
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <exception cref="global::System.OperationCanceledException">The wait was cancelled.</exception>
        """;

    /// <summary>What every member says that returns a pooled task.</summary>
    public const string PooledDocs =
        """
        /// <returns>To be awaited once, and at once: it is reused. It fails with what is listed below; the call itself does not throw.</returns>
        """;

    private const string ValueTask = "global::System.Threading.Tasks.ValueTask";
    private const string Channels = "global::System.Threading.Channels";
    private const string ChannelAdapters = "global::TypedShmQueue.CompilerServices.ChannelAdapters";

    private const string EnqueueErrors =
        """
        /// <exception cref="global::TypedShmQueue.ShmQueueCompletedException">The queue was completed.</exception>
        /// <exception cref="global::TypedShmQueue.ShmQueueFullException">Too many threads of this handle enqueue.</exception>
        """;

    private const string OneProducerErrors =
        """
        /// <exception cref="global::TypedShmQueue.ShmQueueCompletedException">The queue was completed.</exception>
        /// <exception cref="global::TypedShmQueue.ShmQueueRoleTakenException">Another handle is the producer.</exception>
        /// <exception cref="global::System.InvalidOperationException">Another thread is enqueuing with this handle, or its writer is still open.</exception>
        """;

    private const string SerializingErrors =
        """
        /// <exception cref="global::System.ArgumentNullException">The message is null.</exception>
        /// <exception cref="global::TypedShmQueue.ShmQueueMessageTooLargeException">The message takes more bytes than a slot holds; it was not sent.</exception>
        """;

    public const string Deserializing =
        """
        /// <remarks>If the serializer cannot read the message, its exception reaches the caller.</remarks>
        """;

    private const string UnreadableDisplaced =
        """
        /// <exception cref="global::TypedShmQueue.ShmQueueDisplacedMessageException">The message was sent; the one that was taken out could not be read, and is lost.</exception>
        """;

    /// <summary>What a batch says where messages are serialized.</summary>
    public const string DeserializingBatch =
        """
        /// <remarks>Ends before a message that the serializer cannot read. If that is the first, it is taken, and the serializer's exception reaches the caller.</remarks>
        """;

    private const string OneConsumerErrors =
        """
        /// <exception cref="global::TypedShmQueue.ShmQueueRoleTakenException">Another handle is the consumer.</exception>
        /// <exception cref="global::System.InvalidOperationException">Another thread is dequeuing with this handle.</exception>
        """;

    private static string SendingErrors(QueueModel queue) =>
        (queue.OneProducer ? OneProducerErrors : EnqueueErrors) + (queue.Serializer is null ? "" : "\n" + SerializingErrors);

    private static void EmitEnqueue(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var core = MessagesField(queue);
        var sent = queue.Serializer is null ? "copied" : "serialized";
        var errors = SendingErrors(queue);
        writer.Block(
            $$"""

            /// <summary>Sends a message; waits while the queue is full.</summary>
            /// <param name="message">The message; it is {{sent}}.</param>
            {{CancellationDocs}}
            {{errors}}
            {{Inlined}}
            public void Enqueue(in {{message}} message, {{Cancellation}}) => {{core}}.Enqueue(in message, cancellationToken);

            /// <summary>Sends messages in their order; waits while the queue is full. Cancelled halfway, what was sent stays sent.</summary>
            /// <param name="messages">The messages; they are {{sent}}.</param>
            {{CancellationDocs}}
            {{errors}}
            public void Enqueue(global::System.ReadOnlySpan<{{message}}> messages, {{Cancellation}}) =>
                {{core}}.Enqueue(messages, cancellationToken);

            /// <summary>Sends a message if there is room. Never waits.</summary>
            /// <param name="message">The message; it is {{sent}}.</param>
            /// <returns>Whether it was sent; false if the queue is full.</returns>
            {{errors}}
            {{Inlined}}
            public bool TryEnqueue(in {{message}} message) => {{core}}.TryEnqueue(in message);

            /// <summary>Sends a message; waits for room, but not longer than the timeout.</summary>
            /// <param name="message">The message; it is {{sent}}.</param>
            {{SubscriptionEmitter.Timeout}}
            /// <returns>Whether it was sent; false if the queue stayed full.</returns>
            {{errors}}
            public bool TryEnqueue(in {{message}} message, {{TimeSpan}} timeout) => {{core}}.TryEnqueue(in message, timeout);

            /// <summary>Sends as many messages as there is room for, in their order. Never waits.</summary>
            /// <param name="messages">The messages; they are {{sent}}.</param>
            /// <returns>How many were sent, from 0 to all.</returns>
            {{errors}}
            public int TryEnqueue(global::System.ReadOnlySpan<{{message}}> messages) => {{core}}.TryEnqueue(messages);
            """);
    }

    private static void EmitClaim(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var errors = SendingErrors(queue);
        writer.Block(
            $$"""

            /// <summary>Claims a slot to write a message in place, if there is room. Never waits.</summary>
            /// <param name="writer">The slot; nothing is sent until it is committed, and consumers wait behind it until it is committed or disposed.</param>
            /// <returns>Whether a slot was claimed; false if the queue is full.</returns>
            {{errors}}
            public bool TryClaim(out global::TypedShmQueue.SlotWriter<{{message}}> writer) => _queue.TryClaim(out writer);
            """);
    }

    private static void EmitEnqueueAsync(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var core = MessagesField(queue);
        var sent = queue.Serializer is null ? "copied" : "serialized";
        var errors = SendingErrors(queue);
        writer.Block(
            $$"""

            /// <summary>Sends a message; waits while the queue is full, without blocking a thread.</summary>
            /// <param name="message">The message; it is {{sent}}, before the call returns or while it is pending.</param>
            {{PooledDocs}}
            {{CancellationDocs}}
            {{errors}}
            {{Inlined}}
            public {{ValueTask}} EnqueueAsync({{message}} message, {{Cancellation}}) => {{core}}.EnqueueAsync(in message, cancellationToken);

            /// <summary>Waits until there is room for a message, without blocking a thread: true; or the queue is completed: false. Others may take the room first.</summary>
            {{PooledDocs}}
            {{CancellationDocs}}
            public {{ValueTask}}<bool> WaitToWriteAsync({{Cancellation}}) => {{core}}.WaitToWriteAsync(cancellationToken);

            /// <summary>The sending side for code that writes to a channel. Completing the channel completes the queue, for all processes.</summary>
            /// <returns>A view of this handle: it ends with the handle, and is not disposed.</returns>
            public {{Channels}}.ChannelWriter<{{message}}> AsChannelWriter() => {{ChannelAdapters}}.Write<{{message}}>(this, Complete);
            """);
    }

    private static void EmitDisplace(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var core = MessagesField(queue);
        var sent = queue.Serializer is null ? "copied" : "serialized";
        var errors = SendingErrors(queue);
        var unreadable = queue.Serializer is null ? "" : "\n" + UnreadableDisplaced;
        writer.Block(
            $$"""

            /// <summary>Sends a message; if the queue is full, drops the oldest one for it. Does not wait for a consumer.</summary>
            /// <param name="message">The message; it is {{sent}}.</param>
            /// <returns>Whether a message was dropped.</returns>
            {{errors}}
            {{Inlined}}
            public bool EnqueueShift(in {{message}} message) => {{core}}.EnqueueShift(in message);

            /// <summary>Sends a message; if the queue is full, takes the oldest one out for it. Does not wait for a consumer.</summary>
            /// <param name="message">The message; it is {{sent}}.</param>
            /// <param name="displaced">The message that was taken out.</param>
            /// <returns>Whether a message was taken out.</returns>
            {{errors}}{{unreadable}}
            {{Inlined}}
            public bool EnqueueShift(in {{message}} message, {{Out(queue)}} {{message}} displaced) => {{core}}.EnqueueShift(in message, out displaced);
            """);
    }

    private static void EmitDequeue(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        const string Completed =
            """/// <exception cref="global::TypedShmQueue.ShmQueueCompletedException">The queue was completed and every message has been taken.</exception>""";
        var core = MessagesField(queue);
        var errors = queue.Consumers == ConsumerRole.Many ? "" : OneConsumerErrors + "\n";
        var role = (queue.Serializer is null ? "" : Deserializing + "\n") + errors;
        var batchRole = (queue.Serializer is null ? "" : DeserializingBatch + "\n") + errors;
        writer.Block(
            $$"""

            /// <summary>Takes the oldest message; waits while the queue is empty.</summary>
            {{CancellationDocs}}
            {{Completed}}
            {{role}}{{Inlined}}
            public {{message}} Dequeue({{Cancellation}}) => {{core}}.Dequeue(cancellationToken);

            /// <summary>Takes at least one message and as many as there are and fit; waits while the queue is empty.</summary>
            /// <param name="destination">Where the messages go, oldest first; at least one long.</param>
            {{CancellationDocs}}
            /// <exception cref="global::System.ArgumentException">The destination is empty.</exception>
            {{Completed}}
            {{batchRole}}/// <returns>How many were taken.</returns>
            public int Dequeue(global::System.Span<{{message}}> destination, {{Cancellation}}) =>
                {{core}}.Dequeue(destination, cancellationToken);

            /// <summary>Takes the oldest message if there is one. Never waits.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            /// <returns>Whether there was one.</returns>
            {{role}}{{Inlined}}
            public bool TryDequeue({{Out(queue)}} {{message}} message) => {{core}}.TryDequeue(out message);

            /// <summary>Takes the oldest message; waits for one, but not longer than the timeout.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            {{SubscriptionEmitter.Timeout}}
            /// <returns>Whether there was one; false at once if the queue is completed and empty.</returns>
            {{role}}public bool TryDequeue({{Out(queue)}} {{message}} message, {{TimeSpan}} timeout) => {{core}}.TryDequeue(out message, timeout);

            /// <summary>Takes as many messages as there are and fit. Never waits.</summary>
            /// <param name="destination">Where the messages go, oldest first.</param>
            /// <returns>How many were taken; 0 if there was none.</returns>
            {{batchRole}}public int TryDequeue(global::System.Span<{{message}}> destination) => {{core}}.TryDequeue(destination);

            /// <summary>Reads the oldest message and leaves it in the queue. Never waits.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            /// <returns>Whether there was one.</returns>
            {{role}}public bool TryPeek({{Out(queue)}} {{message}} message) => {{core}}.TryPeek(out message);
            """);
        EmitDequeueAsync(writer, queue, Completed, role, errors);
    }

    private static void EmitDequeueAsync(IndentedWriter writer, QueueModel queue, string completed, string role, string errors)
    {
        var message = queue.MessageType;
        var core = MessagesField(queue);
        writer.Block(
            $$"""

            /// <summary>Takes the oldest message; waits while the queue is empty, without blocking a thread.</summary>
            {{PooledDocs}}
            {{CancellationDocs}}
            {{completed}}
            {{role}}{{Inlined}}
            public {{ValueTask}}<{{message}}> DequeueAsync({{Cancellation}}) => {{core}}.DequeueAsync(cancellationToken);

            /// <summary>Waits until there is a message, without blocking a thread: true; or the queue is completed and empty: false. Others may take the message first.</summary>
            {{PooledDocs}}
            {{CancellationDocs}}
            {{errors}}public {{ValueTask}}<bool> WaitToReadAsync({{Cancellation}}) => {{core}}.WaitToReadAsync(cancellationToken);

            /// <summary>Takes messages as they come; ends when the queue is completed and empty. Blocks no thread while there is none.</summary>
            {{CancellationDocs}}
            {{role}}/// <returns>The messages; leaving the loop early loses none.</returns>
            public global::System.Collections.Generic.IAsyncEnumerable<{{message}}> ReadAllAsync({{Cancellation}}) =>
                {{core}}.ReadAllAsync(cancellationToken);

            /// <summary>The taking side for code that reads from a channel. The end of the queue is the channel's completion, once a read has met it.</summary>
            /// <returns>A view of this handle: it ends with the handle, and is not disposed.</returns>
            public {{Channels}}.ChannelReader<{{message}}> AsChannelReader() => {{ChannelAdapters}}.Read<{{message}}>(this);
            """);
    }
}
