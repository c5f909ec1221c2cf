using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>What a queue of serialized messages has beside the rest.</content>
internal static partial class QueueEmitter
{
    private const string SlotType = "Slot";
    private const string MemoryPackType = "MemoryPackFormat";
    private const string MaybeNullWhenFalse = "global::System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)";

    /// <summary>A message that is an object is null where there is none.</summary>
    public static string Out(QueueModel queue) => queue.Serializer is null ? "out" : $"[{MaybeNullWhenFalse}] out";

    /// <summary>What sends and takes.</summary>
    private static string MessagesField(QueueModel queue) => queue.Serializer is null ? "_queue" : "_messages";

    private static string Messages(QueueModel queue, SerializerModel serializer) =>
        $"{Services}SerializedMessages<{Format(queue, serializer)}, {Roles(queue)}>";

    /// <summary>What an emitted subscription is made of.</summary>
    private static string Subscription(QueueModel queue, string subscribed) => queue.Serializer is { } serializer
        ? $"new(new {Services}SerializedSubscription<{Format(queue, serializer)}>({subscribed}))"
        : $"new({subscribed})";

    private static string Format(QueueModel queue, SerializerModel serializer) => $"{queue.MessageType}, {serializer.Type ?? MemoryPackType}, {SlotType}";

    private static void EmitSerialization(IndentedWriter writer, QueueModel queue, SerializerModel serializer)
    {
        writer.Block(
            $$"""

            // The length of a message, then its bytes.
            [global::System.Runtime.InteropServices.StructLayout(global::System.Runtime.InteropServices.LayoutKind.Sequential, Size = SlotSize)]
            private struct {{SlotType}}
            {
            }
            """);
        if (serializer.Type is not null)
            return;

        const string Bytes = "global::System.Buffers.IBufferWriter<byte>";
        const string MemoryPack = "global::MemoryPack.MemoryPackSerializer";
        writer.Block(
            $$"""

            // The message is marked [MemoryPackable].
            private sealed class {{MemoryPackType}} : global::TypedShmQueue.IShmSerializer<{{queue.MessageType}}>
            {
                public static void Serialize(in {{queue.MessageType}} message, {{Bytes}} destination) =>
                    {{MemoryPack}}.Serialize<{{queue.MessageType}}, {{Bytes}}>(in destination, in message);

                public static {{queue.MessageType}} Deserialize(global::System.ReadOnlySpan<byte> bytes) =>
                    {{MemoryPack}}.Deserialize<{{queue.MessageType}}>(bytes)!;
            }
            """);
    }
}
