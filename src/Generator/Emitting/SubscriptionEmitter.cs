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

    private const string Timeout =
        """/// <param name="timeout">The longest wait; zero for none, <see cref="global::System.Threading.Timeout.InfiniteTimeSpan"/> for no end.</param>""";

    private const string Predicate =
        """/// <param name="predicate">Says of a message in its slot whether it is wanted. It must depend on the message only, and change nothing.</param>""";

    private const string Destination = """/// <param name="destination">Where the messages go, oldest first.</param>""";

    public static void Emit(IndentedWriter writer, QueueModel queue, string version)
    {
        var core = $"global::TypedShmQueue.CompilerServices.Subscription<{queue.MessageType}>";
        writer.Line();
        writer.Open(
            $$"""
            /// <summary>A subscription to a <see cref="{{queue.QueueName}}"/>: it gets every message, at its own pace.</summary>
            /// <remarks>
            /// One thread at a time uses it; others subscribe for themselves. A call while another is in progress throws
            /// <see cref="global::System.InvalidOperationException"/>. Members allocate nothing. After <see cref="Dispose"/>, or that of the queue, they throw
            /// <see cref="global::System.ObjectDisposedException"/>.
            /// </remarks>
            [global::System.CodeDom.Compiler.GeneratedCode("TypedShmQueue.Generator", "{{version}}")]
            [global::System.Diagnostics.DebuggerDisplay("{Name,nq} at {Position}, missed {Missed}")]
            {{queue.Accessibility}} sealed partial class {{queue.SubscriptionName}} : global::TypedShmQueue.IShmSubscription<{{queue.MessageType}}>
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
        EmitTake(writer, queue.MessageType);
        EmitTakeAsync(writer, queue.MessageType);
        EmitFilter(writer, queue.MessageType);
        EmitLook(writer, queue.MessageType);
        writer.Close();
    }

    private static void EmitTake(IndentedWriter writer, string message) => writer.Block(
        $$"""

        /// <summary>Takes the next message; waits for one.</summary>
        {{Waits}}
        {{Inlined}}
        public {{message}} Dequeue({{Cancellation}}) => _subscription.Dequeue(cancellationToken);

        /// <summary>Takes at least one message and as many as there are and fit; waits for one.</summary>
        {{Destination}}
        {{Waits}}
        /// <exception cref="global::System.ArgumentException">The destination is empty.</exception>
        /// <returns>How many were taken.</returns>
        public int Dequeue(global::System.Span<{{message}}> destination, {{Cancellation}}) =>
            _subscription.Dequeue(destination, cancellationToken);

        /// <summary>Takes the next message if there is one. Never waits.</summary>
        /// <param name="message">The message, or default if there is none.</param>
        /// <returns>Whether there was one.</returns>
        {{Inlined}}
        public bool TryDequeue(out {{message}} message) => _subscription.TryDequeue(out message);

        /// <summary>Takes the next message; waits for one, but not longer than the timeout.</summary>
        /// <param name="message">The message, or default if there is none.</param>
        {{Timeout}}
        /// <returns>Whether there was one; false at once if the queue is completed and every message has been taken.</returns>
        public bool TryDequeue(out {{message}} message, global::System.TimeSpan timeout) => _subscription.TryDequeue(out message, timeout);

        /// <summary>Takes as many messages as there are and fit. Never waits.</summary>
        {{Destination}}
        /// <returns>How many were taken; 0 if there was none.</returns>
        public int TryDequeue(global::System.Span<{{message}}> destination) => _subscription.TryDequeue(destination);
        """);

    private static void EmitTakeAsync(IndentedWriter writer, string message) => writer.Block(
        $$"""

        /// <summary>Takes the next message; waits for one without blocking a thread. Until it ends it counts as a call in progress.</summary>
        {{Waits}}
        public global::System.Threading.Tasks.ValueTask<{{message}}> DequeueAsync({{Cancellation}}) => _subscription.DequeueAsync(cancellationToken);

        /// <summary>Waits until there is a message to take: true; or the queue is completed and every message has been taken: false.</summary>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <exception cref="global::System.OperationCanceledException">The wait was cancelled.</exception>
        public global::System.Threading.Tasks.ValueTask<bool> WaitToReadAsync({{Cancellation}}) => _subscription.WaitToReadAsync(cancellationToken);

        /// <summary>Takes messages as they come, until the queue is completed and every message has been taken.</summary>
        /// <param name="cancellationToken">Ends the enumeration.</param>
        /// <exception cref="global::System.OperationCanceledException">It was cancelled.</exception>
        public global::System.Collections.Generic.IAsyncEnumerable<{{message}}> ReadAllAsync({{Cancellation}}) =>
            _subscription.ReadAllAsync(cancellationToken);

        /// <summary>The same messages for code that reads from a channel; the subscription stays yours to dispose.</summary>
        public global::System.Threading.Channels.ChannelReader<{{message}}> AsChannelReader() =>
            global::TypedShmQueue.CompilerServices.ChannelAdapters.Read<{{message}}>(this);
        """);

    private static void EmitFilter(IndentedWriter writer, string message)
    {
        var predicate = $"global::TypedShmQueue.MessagePredicate<{message}> predicate";
        writer.Block(
            $$"""

            /// <summary>Takes the next message that matches, passing over those that do not; waits for one.</summary>
            {{Predicate}}
            {{Waits}}
            public {{message}} Dequeue({{predicate}}, {{Cancellation}}) => _subscription.Dequeue(predicate, cancellationToken);

            /// <summary>Takes at least one message that matches and as many as there are and fit, passing over those that do not; waits for one.</summary>
            {{Predicate}}
            {{Destination}}
            {{Waits}}
            /// <exception cref="global::System.ArgumentException">The destination is empty.</exception>
            /// <returns>How many were taken.</returns>
            public int Dequeue({{predicate}}, global::System.Span<{{message}}> destination, {{Cancellation}}) =>
                _subscription.Dequeue(predicate, destination, cancellationToken);

            /// <summary>Takes the next message that matches, if there is one, passing over those that do not. Never waits.</summary>
            {{Predicate}}
            /// <param name="message">The message, or default if there is none.</param>
            /// <returns>Whether there was one.</returns>
            public bool TryDequeue({{predicate}}, out {{message}} message) => _subscription.TryDequeue(predicate, out message);

            /// <summary>Takes the next message that matches, passing over those that do not; waits for one, but not longer than the timeout.</summary>
            {{Predicate}}
            /// <param name="message">The message, or default if there is none.</param>
            {{Timeout}}
            /// <returns>Whether there was one.</returns>
            public bool TryDequeue({{predicate}}, out {{message}} message, global::System.TimeSpan timeout) =>
                _subscription.TryDequeue(predicate, out message, timeout);

            /// <summary>Takes as many messages as there are, match and fit, passing over those that do not match. Never waits.</summary>
            {{Predicate}}
            {{Destination}}
            /// <returns>How many were taken; 0 if there was none.</returns>
            public int TryDequeue({{predicate}}, global::System.Span<{{message}}> destination) => _subscription.TryDequeue(predicate, destination);
            """);
    }

    private static void EmitLook(IndentedWriter writer, string message) => writer.Block(
        $$"""

        /// <summary>Reads the next message and leaves it the next. Never waits.</summary>
        /// <param name="message">The message, or default if there is none.</param>
        /// <returns>Whether there was one.</returns>
        public bool TryPeek(out {{message}} message) => _subscription.TryPeek(out message);

        /// <summary>Finds the next messages, to be read in their slots without being copied; the reader's Release takes them. Never waits.</summary>
        /// <param name="reader">The messages, or none.</param>
        /// <param name="most">The most messages to find, from 1.</param>
        /// <returns>Whether there was one.</returns>
        public bool TryRead(out global::TypedShmQueue.SlotReader<{{message}}> reader, int most = int.MaxValue) => _subscription.TryRead(out reader, most);

        /// <summary>Ends the subscription. A named one keeps its place, and can be taken up again by any process.</summary>
        public void Dispose() => _subscription.Dispose();
        """);
}
