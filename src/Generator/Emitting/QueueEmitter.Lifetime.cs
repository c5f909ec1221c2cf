using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>The members that make, find and remove a queue.</content>
internal static partial class QueueEmitter
{
    private const string Options = "global::TypedShmQueue.ShmQueueOptions? options = null";
    private const string NotNullWhenTrue = "global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)";

    /// <summary>What every lifetime member says of its parameters.</summary>
    private const string NameAndOptions =
        """
        /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
        /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
        /// <exception cref="global::System.ArgumentException">The name or an option is not valid.</exception>
        """;

    private const string Mismatches =
        """
        /// <exception cref="global::TypedShmQueue.ShmQueueSchemaMismatchException">The queue holds other messages, or was declared with other roles.</exception>
        /// <exception cref="global::TypedShmQueue.ShmQueueCorruptException">The file is not a queue, or is damaged.</exception>
        /// <exception cref="global::TypedShmQueue.ShmQueueFullException">No more handles can be attached, or there is no space.</exception>
        """;

    private const string CompletingAlone =
        """
        /// <exception cref="global::TypedShmQueue.ShmQueueRoleTakenException">Another handle is the producer.</exception>
        /// <exception cref="global::System.InvalidOperationException">Another thread is enqueuing with this handle, or its writer is still open.</exception>
        """;

    private static void EmitLifetime(IndentedWriter writer, QueueModel queue)
    {
        writer.Block(
            $$"""

            /// <summary>Creates the queue and attaches to it.</summary>
            {{NameAndOptions}}
            /// <exception cref="global::TypedShmQueue.ShmQueueExistsException">The name is taken.</exception>
            /// <exception cref="global::TypedShmQueue.ShmQueueFullException">There is no space for the queue.</exception>
            public static {{queue.QueueName}} Create(string name, {{Options}}) =>
                new({{Core(queue)}}.Create(s_contract, name, options));

            /// <summary>Attaches to an existing queue.</summary>
            {{NameAndOptions}}
            /// <exception cref="global::TypedShmQueue.ShmQueueNotFoundException">There is no queue of that name.</exception>
            {{Mismatches}}
            public static {{queue.QueueName}} Open(string name, {{Options}}) =>
                new({{Core(queue)}}.Open(s_contract, name, options));

            /// <summary>Attaches to the queue, and creates it if there is none.</summary>
            {{NameAndOptions}}
            {{Mismatches}}
            public static {{queue.QueueName}} OpenOrCreate(string name, {{Options}}) =>
                new({{Core(queue)}}.OpenOrCreate(s_contract, name, options));

            /// <summary>Attaches to the queue if it exists. False only if it does not; any other trouble throws.</summary>
            /// <param name="queue">The handle, or null if there is no queue of that name.</param>
            {{NameAndOptions}}
            {{Mismatches}}
            public static bool TryOpen(string name, [{{NotNullWhenTrue}}] out {{queue.QueueName}}? queue, {{Options}})
            {
                queue = {{Core(queue)}}.TryOpen(s_contract, name, options, out {{Core(queue)}}? opened)
                    ? new(opened)
                    : null;
                return queue is not null;
            }

            /// <summary>Whether a queue of that name exists at this instant.</summary>
            {{NameAndOptions}}
            public static bool Exists(string name, {{Options}}) =>
                global::TypedShmQueue.CompilerServices.QueueFiles.Exists(name, options);

            /// <summary>Deletes the queue of that name: the name is free at once, the memory when the last process has closed it. False if there is none.</summary>
            {{NameAndOptions}}
            public static bool Delete(string name, {{Options}}) =>
                global::TypedShmQueue.CompilerServices.QueueFiles.Delete(name, options);
            """);
    }

    private static void EmitState(IndentedWriter writer, QueueModel queue)
    {
        var completed = queue.SubscriptionName is null
            ? """Whether <see cref="Complete()"/> was called and every message has been taken."""
            : """Whether <see cref="Complete()"/> was called. Each subscription says for itself whether it has taken every message.""";
        var kept = queue.SubscriptionName is null ? "Messages in the queue" : "Messages that are kept, taken or not,";
        writer.Block(
            $$"""

            /// <summary>The queue's name.</summary>
            public string Name => _queue.Name;

            /// <summary>The most messages the queue can hold.</summary>
            public int Capacity => _queue.Capacity;

            /// <summary>{{kept}} at this instant; other processes may have changed it by the time it is read.</summary>
            public int Count => _queue.Count;

            /// <summary>Whether <see cref="Count"/> is 0 at this instant.</summary>
            public bool IsEmpty => _queue.IsEmpty;

            /// <summary>{{completed}}</summary>
            public bool IsCompleted => _queue.IsCompleted;

            /// <summary>Whether the queue has been deleted. It goes on working for those who are attached.</summary>
            public bool IsDeleted => _queue.IsDeleted;

            /// <summary>Counts and participants at this instant. Allocates, and makes a system call for each participant.</summary>
            public global::TypedShmQueue.ShmQueueStatistics Statistics => _queue.Statistics;
            """);
    }

    private static void EmitEnd(IndentedWriter writer, QueueModel queue)
    {
        var (whose, errors) = queue.OneProducer
            ? (" The producer's to call, or anybody's where there is none.", CompletingAlone + "\n")
            : ("", "");
        writer.Block(
            $$"""

            /// <summary>Ends the stream: nothing more can be sent, by anybody; what is left is still delivered. Again, it does nothing.{{whose}}</summary>
            {{errors}}/// <exception cref="global::System.IO.IOException">The disk has not taken the queue, with <see cref="global::TypedShmQueue.Durability.AtRest"/> alone.</exception>
            public void Complete() => _queue.Complete();

            /// <summary>Deletes the queue: its name is free at once. This handle and the others stay attached until disposed.</summary>
            public void Delete() => _queue.Delete();

            /// <summary>Detaches from the queue. Calls of this handle that wait end with <see cref="global::System.ObjectDisposedException"/>.</summary>
            /// <exception cref="global::System.IO.IOException">The disk has not taken the queue, with <see cref="global::TypedShmQueue.Durability.AtRest"/> alone. It is detached all the same.</exception>
            public void Dispose() => _queue.Dispose();
            """);
    }
}
