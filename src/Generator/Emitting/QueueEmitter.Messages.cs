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

    private const string OneConsumerErrors =
        """
        /// <exception cref="global::TypedShmQueue.ShmQueueRoleTakenException">Another handle is the consumer.</exception>
        /// <exception cref="global::System.InvalidOperationException">Another thread is dequeuing with this handle.</exception>
        """;

    private static void EmitEnqueue(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var errors = queue.OneProducer ? OneProducerErrors : EnqueueErrors;
        writer.Block(
            $$"""

            /// <summary>Sends a message; waits while the queue is full.</summary>
            /// <param name="message">The message; it is copied.</param>
            {{CancellationDocs}}
            {{errors}}
            {{Inlined}}
            public void Enqueue(in {{message}} message, {{Cancellation}}) => _queue.Enqueue(in message, cancellationToken);

            /// <summary>Sends messages in their order; waits while the queue is full. Cancelled halfway, what was sent stays sent.</summary>
            /// <param name="messages">The messages; they are copied.</param>
            {{CancellationDocs}}
            {{errors}}
            public void Enqueue(global::System.ReadOnlySpan<{{message}}> messages, {{Cancellation}}) =>
                _queue.Enqueue(messages, cancellationToken);

            /// <summary>Sends a message if there is room. Never waits.</summary>
            /// <param name="message">The message; it is copied.</param>
            /// <returns>Whether it was sent; false if the queue is full.</returns>
            {{errors}}
            {{Inlined}}
            public bool TryEnqueue(in {{message}} message) => _queue.TryEnqueue(in message);

            /// <summary>Sends a message; waits for room, but not longer than the timeout.</summary>
            /// <param name="message">The message; it is copied.</param>
            /// <param name="timeout">The longest wait; zero for none, <see cref="global::System.Threading.Timeout.InfiniteTimeSpan"/> for no end.</param>
            /// <returns>Whether it was sent; false if the queue stayed full.</returns>
            {{errors}}
            public bool TryEnqueue(in {{message}} message, {{TimeSpan}} timeout) => _queue.TryEnqueue(in message, timeout);

            /// <summary>Sends as many messages as there is room for, in their order. Never waits.</summary>
            /// <param name="messages">The messages; they are copied.</param>
            /// <returns>How many were sent, from 0 to all.</returns>
            {{errors}}
            public int TryEnqueue(global::System.ReadOnlySpan<{{message}}> messages) => _queue.TryEnqueue(messages);

            /// <summary>Claims a slot to write a message in place, if there is room. Never waits.</summary>
            /// <param name="writer">The slot; nothing is sent until it is committed, and consumers wait behind it until it is committed or disposed.</param>
            /// <returns>Whether a slot was claimed; false if the queue is full.</returns>
            {{errors}}
            public bool TryClaim(out global::TypedShmQueue.SlotWriter<{{message}}> writer) => _queue.TryClaim(out writer);
            """);
    }

    private static void EmitDisplace(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        var errors = queue.OneProducer ? OneProducerErrors : EnqueueErrors;
        writer.Block(
            $$"""

            /// <summary>Sends a message; if the queue is full, drops the oldest one for it. Does not wait for a consumer.</summary>
            /// <param name="message">The message; it is copied.</param>
            /// <returns>Whether a message was dropped.</returns>
            {{errors}}
            {{Inlined}}
            public bool EnqueueShift(in {{message}} message) => _queue.EnqueueShift(in message);

            /// <summary>Sends a message; if the queue is full, takes the oldest one out for it. Does not wait for a consumer.</summary>
            /// <param name="message">The message; it is copied.</param>
            /// <param name="displaced">The message that was taken out.</param>
            /// <returns>Whether a message was taken out.</returns>
            {{errors}}
            {{Inlined}}
            public bool EnqueueShift(in {{message}} message, out {{message}} displaced) => _queue.EnqueueShift(in message, out displaced);
            """);
    }

    private static void EmitDequeue(IndentedWriter writer, QueueModel queue)
    {
        var message = queue.MessageType;
        const string Completed =
            """/// <exception cref="global::TypedShmQueue.ShmQueueCompletedException">The queue was completed and every message has been taken.</exception>""";
        var role = queue.Consumers == ConsumerRole.Many ? "" : OneConsumerErrors + "\n";
        writer.Block(
            $$"""

            /// <summary>Takes the oldest message; waits while the queue is empty.</summary>
            {{CancellationDocs}}
            {{Completed}}
            {{role}}{{Inlined}}
            public {{message}} Dequeue({{Cancellation}}) => _queue.Dequeue(cancellationToken);

            /// <summary>Takes at least one message and as many as there are and fit; waits while the queue is empty.</summary>
            /// <param name="destination">Where the messages go, oldest first; at least one long.</param>
            {{CancellationDocs}}
            /// <exception cref="global::System.ArgumentException">The destination is empty.</exception>
            {{Completed}}
            {{role}}/// <returns>How many were taken.</returns>
            public int Dequeue(global::System.Span<{{message}}> destination, {{Cancellation}}) =>
                _queue.Dequeue(destination, cancellationToken);

            /// <summary>Takes the oldest message if there is one. Never waits.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            /// <returns>Whether there was one.</returns>
            {{role}}{{Inlined}}
            public bool TryDequeue(out {{message}} message) => _queue.TryDequeue(out message);

            /// <summary>Takes the oldest message; waits for one, but not longer than the timeout.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            /// <param name="timeout">The longest wait; zero for none, <see cref="global::System.Threading.Timeout.InfiniteTimeSpan"/> for no end.</param>
            /// <returns>Whether there was one; false at once if the queue is completed and empty.</returns>
            {{role}}public bool TryDequeue(out {{message}} message, {{TimeSpan}} timeout) => _queue.TryDequeue(out message, timeout);

            /// <summary>Takes as many messages as there are and fit. Never waits.</summary>
            /// <param name="destination">Where the messages go, oldest first.</param>
            /// <returns>How many were taken; 0 if there was none.</returns>
            {{role}}public int TryDequeue(global::System.Span<{{message}}> destination) => _queue.TryDequeue(destination);

            /// <summary>Reads the oldest message and leaves it in the queue. Never waits.</summary>
            /// <param name="message">The message, or default if there is none.</param>
            /// <returns>Whether there was one.</returns>
            {{role}}public bool TryPeek(out {{message}} message) => _queue.TryPeek(out message);
            """);
    }
}
