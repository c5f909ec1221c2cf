using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>What a queue of serialized messages has beside the rest.</content>
internal static partial class QueueEmitter
{
    private const string SlotType = "Slot";
    private const string MemoryPackType = "MemoryPackFormat";

    /// <summary>What the slots hold.</summary>
    private static string Content(QueueModel queue) => queue.Serializer is null ? queue.MessageType : SlotType;

    private static string Format(QueueModel queue, SerializerModel serializer) =>
        $"{queue.MessageType}, {serializer.Type ?? MemoryPackType}, {SlotType}";

    private static void EmitSerialization(IndentedWriter writer, QueueModel queue, SerializerModel serializer)
    {
        writer.Block(
            $$"""

            // The length of a message, then its bytes.
            [global::System.Runtime.InteropServices.StructLayout(
                global::System.Runtime.InteropServices.LayoutKind.Sequential, Size = {{Number(queue.Layout.Size)}})]
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
            private sealed class {{MemoryPackType}} : {{Root}}IShmSerializer<{{queue.MessageType}}>
            {
                public static void Serialize(in {{queue.MessageType}} message, {{Bytes}} destination) =>
                    {{MemoryPack}}.Serialize<{{queue.MessageType}}, {{Bytes}}>(in destination, in message);

                public static {{queue.MessageType}} Deserialize(global::System.ReadOnlySpan<byte> bytes) =>
                    {{MemoryPack}}.Deserialize<{{queue.MessageType}}>(bytes)!;
            }
            """);
    }
}
