using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <summary>Writes the subscription of a broadcast queue.</summary>
internal static class SubscriptionEmitter
{
    private const string Inlined =
        "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]";

    private const string Cancellation = "global::System.Threading.CancellationToken cancellationToken = default";

    private const string Waits =
        """
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <exception cref="global::System.OperationCanceledException">The wait was cancelled.</exception>
        /// <exception cref="global::TypedShmQueue.ShmQueueCompletedException">The queue was completed and every message has been taken.</exception>
        """;

    public const string Timeout =
        """
        /// <param name="timeout">The longest wait; zero for none, <see cref="global::System.Threading.Timeout.InfiniteTimeSpan"/> for no end.</param>
        /// <exception cref="global::System.ArgumentOutOfRangeException">The timeout is negative, and not that.</exception>
        """;

    private const string Destination = """/// <param name="destination">Where the messages go, oldest first.</param>""";

    public static void Emit(IndentedWriter writer, QueueModel queue, string version)
    {
        var core = $"global::TypedShmQueue.CompilerServices.{(queue.Serializer is null ? "" : "Serialized")}Subscription<{queue.MessageType}>";
        writer.Line();
        writer.Open(
            $$"""
            /// <summary>A subscription to a <see cref="{{queue.QueueName}}"/>: it gets every message, at its own pace.</summary>
            /// <remarks>
            /// One thread at a time uses it; others subscribe for themselves. A call while another is in progress throws
            /// <see cref="global::System.InvalidOperationException"/>; a pending asynchronous call is in progress until it ends. {{Allocation(queue)}}
            /// After <see cref="Dispose()"/>, or that of the queue, they throw <see cref="global::System.ObjectDisposedException"/>.
            /// </remarks>
            [global::System.CodeDom.Compiler.GeneratedCode("TypedShmQueue.Generator", "{{version}}")]
            [global::System.Diagnostics.DebuggerDisplay("{Name,nq} at {Position}, missed {Missed}")]
            {{QueueEmitter.Marks(queue.SubscriptionMarks)}}{{queue.Accessibility}} sealed partial class {{queue.SubscriptionName}} : global::TypedShmQueue.IShmSubscription<{{queue.MessageType}}>
            """);
        writer.Block(
            $$"""
            private readonly {{core}} _subscription;

            internal {{queue.SubscriptionName}}({{core}} subscription) => _subscription = subscription;

            /// <summary>Its name; null for an anonymous one.</summary>
            public string? Name => _subscription.Name;

            /// <summary>The next message it takes, counted from the first that was ever sent; see <see cref="global::TypedShmQueue.SubscribeFrom.Position"/>.</summary>
            public long Position => _subscription.Position;

            /// <summary>Messages that it has still to take at this instant, those being written included.</summary>
            public long Lag => _subscription.Lag;

            /// <summary>How many messages were overwritten before it took them, as far as it has come.</summary>
            public long Missed => _subscription.Missed;

            /// <summary>Whether the queue was completed and this subscription has taken every message.</summary>
            public bool IsCompleted => _subscription.IsCompleted;
            """);
        EmitTake(writer, queue);
        EmitTakeAsync(writer, queue);
        EmitFilter(writer, queue);
        EmitPeek(writer, queue);
        if (queue.Serializer is null)
            EmitRead(writer, queue.MessageType);
        EmitEnd(writer);
        writer.Close();
    }

    private static string Allocation(QueueModel queue) => queue.Serializer is null 
        ? "Members allocate nothing, except those that make a stream or a channel."
        : "Taking allocates what the serializer does; other members nothing, except those that make a stream or a channel.";

    /// <summary>What members say that read a message.</summary>
    private static string Unreadable(QueueModel queue) => queue.Serializer is null ? "" : QueueEmitter.Deserializing + "\n";

    /// <summary>What members say that read several.</summary>
    private static string UnreadableBatch(QueueModel queue) => queue.Serializer is null ? "" : QueueEmitter.DeserializingBatch + "\n";

    private static void EmitTake(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var unreadable = Unreadable(queue);
        var unreadableBatch = UnreadableBatch(queue);
        writer.Block(
            $$"""

            /// <summary>Takes the next message; waits for one.</summary>
            {{Waits}}
            {{unreadable}}{{Inlined}}
            public {{message}} Dequeue({{Cancellation}}) => _subscription.Dequeue(cancellationToken);

            /// <summary>Takes at least one message and as many as there are and fit; waits for one.</summary>
            {{Destination}}
            {{Waits}}
            /// <exception cref="global::System.ArgumentException">The destination is empty.</exception>
            /// <returns>How many were taken.</returns>
            {{unreadableBatch}}public int Dequeue(global::System.Span<{{message}}> destination, {{Cancellation}}) =>
                _subscription.Dequeue(destination, cancellationToken);

            /// <summary>Takes the next message if there is one. Never waits.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            /// <returns>Whether there was one.</returns>
            {{unreadable}}{{Inlined}}
            public bool TryDequeue({{QueueEmitter.Out(queue)}} {{message}} message) => _subscription.TryDequeue(out message);

            /// <summary>Takes the next message; waits for one, but not longer than the timeout.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            {{Timeout}}
            /// <returns>Whether there was one; false at once if the queue is completed and every message has been taken.</returns>
            {{unreadable}}public bool TryDequeue({{QueueEmitter.Out(queue)}} {{message}} message, global::System.TimeSpan timeout) => _subscription.TryDequeue(out message, timeout);

            /// <summary>Takes as many messages as there are and fit. Never waits.</summary>
            {{Destination}}
            /// <returns>How many were taken; 0 if there was none.</returns>
            {{unreadableBatch}}public int TryDequeue(global::System.Span<{{message}}> destination) => _subscription.TryDequeue(destination);
            """);
    }

    private static void EmitTakeAsync(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var unreadable = Unreadable(queue);
        writer.Block(
            $$"""

            /// <summary>Takes the next message; waits for one without blocking a thread.</summary>
            {{QueueEmitter.PooledDocs}}
            {{Waits}}
            {{unreadable}}public global::System.Threading.Tasks.ValueTask<{{message}}> DequeueAsync({{Cancellation}}) => _subscription.DequeueAsync(cancellationToken);

            /// <summary>Waits until there is a message to take: true; or the queue is completed and every message has been taken: false.</summary>
            {{QueueEmitter.PooledDocs}}
            /// <param name="cancellationToken">Ends the wait.</param>
            /// <exception cref="global::System.OperationCanceledException">The wait was cancelled.</exception>
            public global::System.Threading.Tasks.ValueTask<bool> WaitToReadAsync({{Cancellation}}) => _subscription.WaitToReadAsync(cancellationToken);

            /// <summary>Takes messages as they come, until the queue is completed and every message has been taken.</summary>
            /// <param name="cancellationToken">Ends the enumeration.</param>
            /// <exception cref="global::System.OperationCanceledException">It was cancelled.</exception>
            /// <returns>The messages; leaving the loop early loses none.</returns>
            {{unreadable}}public global::System.Collections.Generic.IAsyncEnumerable<{{message}}> ReadAllAsync({{Cancellation}}) =>
                _subscription.ReadAllAsync(cancellationToken);

            /// <summary>The same messages for code that reads from a channel; the subscription stays yours to dispose.</summary>
            public global::System.Threading.Channels.ChannelReader<{{message}}> AsChannelReader() =>
                global::TypedShmQueue.CompilerServices.ChannelAdapters.Read<{{message}}>(this);
            """);
    }

    private static void EmitFilter(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var unreadable = Unreadable(queue);
        var unreadableBatch = UnreadableBatch(queue);
        var predicate = $"global::TypedShmQueue.MessagePredicate<{message}> predicate";
        var place = queue.Serializer is null ? " in its slot" : "";
        var asked = $"""
            /// <param name="predicate">Says of a message{place} whether it is wanted. It must depend on the message only, and change nothing.</param>
            /// <exception cref="global::System.ArgumentNullException">The predicate is null.</exception>
            """;
        writer.Block(
            $$"""

            /// <summary>Takes the next message that matches, passing over those that do not; waits for one.</summary>
            {{asked}}
            {{Waits}}
            {{unreadable}}public {{message}} Dequeue({{predicate}}, {{Cancellation}}) => _subscription.Dequeue(predicate, cancellationToken);

            /// <summary>Takes at least one message that matches and as many as there are and fit, passing over those that do not; waits for one.</summary>
            {{asked}}
            {{Destination}}
            {{Waits}}
            /// <exception cref="global::System.ArgumentException">The destination is empty.</exception>
            /// <returns>How many were taken.</returns>
            {{unreadableBatch}}public int Dequeue({{predicate}}, global::System.Span<{{message}}> destination, {{Cancellation}}) =>
                _subscription.Dequeue(predicate, destination, cancellationToken);

            /// <summary>Takes the next message that matches, if there is one, passing over those that do not. Never waits.</summary>
            {{asked}}
            /// <param name="message">The message, or default if there is none.</param>
            /// <returns>Whether there was one.</returns>
            {{unreadable}}public bool TryDequeue({{predicate}}, {{QueueEmitter.Out(queue)}} {{message}} message) => _subscription.TryDequeue(predicate, out message);

            /// <summary>Takes the next message that matches, passing over those that do not; waits for one, but not longer than the timeout.</summary>
            {{asked}}
            /// <param name="message">The message, or default if there is none.</param>
            {{Timeout}}
            /// <returns>Whether there was one.</returns>
            {{unreadable}}public bool TryDequeue({{predicate}}, {{QueueEmitter.Out(queue)}} {{message}} message, global::System.TimeSpan timeout) =>
                _subscription.TryDequeue(predicate, out message, timeout);

            /// <summary>Takes as many messages as there are, match and fit, passing over those that do not match. Never waits.</summary>
            {{asked}}
            {{Destination}}
            /// <returns>How many were taken; 0 if there was none.</returns>
            {{unreadableBatch}}public int TryDequeue({{predicate}}, global::System.Span<{{message}}> destination) => _subscription.TryDequeue(predicate, destination);
            """);
    }

    private static void EmitPeek(IndentedWriter writer, QueueModel queue) => writer.Block(
        $$"""

        /// <summary>Reads the next message and leaves it the next. Never waits.</summary>
        /// <param name="message">The message, or default if there is none.</param>
        /// <returns>Whether there was one.</returns>
        {{Unreadable(queue)}}public bool TryPeek({{QueueEmitter.Out(queue)}} {{queue.MessageType}} message) => _subscription.TryPeek(out message);
        """);

    private static void EmitRead(IndentedWriter writer, string message) => writer.Block(
        $$"""

        /// <summary>Finds the next messages, to be read in their slots without being copied; the reader's Release takes them. Never waits.</summary>
        /// <param name="reader">The messages, or none.</param>
        /// <param name="most">The most messages to find, from 1.</param>
        /// <returns>Whether there was one.</returns>
        public bool TryRead(out global::TypedShmQueue.SlotReader<{{message}}> reader, int most = int.MaxValue) => _subscription.TryRead(out reader, most);
        """);

    private static void EmitEnd(IndentedWriter writer) => writer.Block(
        """

        /// <summary>Ends the subscription. A named one keeps its place, and can be taken up again by any process.</summary>
        public void Dispose() => _subscription.Dispose();
        """);
}
