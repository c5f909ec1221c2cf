using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>The lease of a message, and the member of a broadcast queue's group.</content>
internal static partial class QueueEmitter
{
    private static void EmitJoin(IndentedWriter writer, QueueModel queue) => writer.Block(
        $$"""

        /// <summary>
        /// Becomes a member of a group, each message of which goes to one member. The group begins with this call if there is none of that
        /// name, and remembers what is done until <c>RemoveGroup</c>. Makes system calls.
        /// </summary>
        /// <param name="name">The group's name, up to 63 bytes of UTF-8.</param>
        /// <param name="from">Where a new group begins; means nothing for one that exists.</param>
        /// <returns>The member; its Dispose leaves the group.</returns>
        public {{queue.GroupName}} JoinGroup(string name, {{Root}}SubscribeFrom from = default) =>
            new(Join<{{queue.LeaseName}}>(name, from));
        """);

    private static void EmitGroup(IndentedWriter writer, QueueModel queue)
    {
        var kind = $"{Services}{(queue.Serializer is null ? "" : "Serialized")}MessageGroup<{queue.MessageType}, {queue.LeaseName}>";
        writer.Line();
        writer.Open(
            $$"""
            /// <summary>
            /// A member of a group of a <see cref="{{queue.QueueName}}"/>: each message goes to one member. Any thread may call any member.
            /// </summary>
            {{Mark()}}
            {{Marks(queue.GroupMarks)}}{{queue.Accessibility}} sealed partial class {{queue.GroupName}} : {{kind}}
            """);
        writer.Block(
            $$"""
            internal {{queue.GroupName}}({{kind}}.Joined joined) : base(joined)
            {
            }
            """);
        writer.Close();
    }

    private static void EmitLease(IndentedWriter writer, QueueModel queue)
    {
        var isPlain = queue.Serializer is null;
        var token = Services + "LeaseToken";
        var contract = $"{Root}IShmLease<{queue.MessageType}>";
        var holder = $"{Services}ILeaseHolder" + (isPlain ? "" : $"<{queue.MessageType}>");
        writer.Line();
        writer.Open(
            $$"""
            /// <summary>A <see cref="{{queue.MessageType}}"/> that this process works on. Settle it once; Dispose gives it back.</summary>
            {{Mark()}}
            {{Marks(queue.LeaseMarks)}}{{queue.Accessibility}} partial struct {{queue.LeaseName}} :
                {{contract}}, {{holder}}
            """);
        writer.Block($"private {token} _token;");
        if (isPlain)
            EmitValueInSlot(writer, queue, contract);
        else
            EmitValue(writer, queue);
        writer.Block(
            $$"""

            /// <inheritdoc/>
            public readonly int Deliveries => _token.Deliveries;

            /// <inheritdoc/>
            public readonly long Position => _token.Position;

            /// <inheritdoc/>
            public readonly bool Acknowledge() => _token.Acknowledge();

            /// <inheritdoc/>
            public readonly void Abandon() => _token.Abandon();

            /// <inheritdoc/>
            public readonly void Abandon(global::System.TimeSpan delay) => _token.Abandon(delay);

            /// <inheritdoc/>
            public readonly void Reject() => _token.Reject();

            /// <summary>Gives the message back if it was not settled.</summary>
            public readonly void Dispose() => _token.Dispose();

            """);
        if (isPlain)
            writer.Block($"void {holder}.Hold({token} token) => _token = token;");
        else
            writer.Block($"void {holder}.Hold({token} token, {queue.MessageType} message) => (_token, _message) = (token, message);");
        writer.Line();
        writer.Block($"readonly {token} {holder}.Token => _token;");
        writer.Close();
    }

    private static void EmitValueInSlot(IndentedWriter writer, QueueModel queue, string contract) => writer.Block(
        $$"""

        /// <summary>The message in its slot: nothing is copied. Not to be used after the lease is settled.</summary>
        /// <exception cref="global::System.InvalidOperationException">The lease was settled already.</exception>
        /// <exception cref="global::System.ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
        public readonly ref readonly {{queue.MessageType}} Value => ref _token.Value<{{queue.MessageType}}>();

        readonly {{queue.MessageType}} {{contract}}.Value => Value;
        """);

    private static void EmitValue(IndentedWriter writer, QueueModel queue)
    {
        writer.Block(
            $$"""
            private {{queue.MessageType}} _message;

            /// <inheritdoc/>
            public readonly {{queue.MessageType}} Value
            """);
        writer.Block("{");
        writer.Indented("get");
        writer.Indented("{");
        writer.Indented("    _token.ThrowIfNotOpen();");
        writer.Indented("    return _message;");
        writer.Indented("}");
        writer.Block("}");
    }
}
