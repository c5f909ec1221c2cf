using System.Globalization;
using System.Text;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>What is written differently for older languages.</content>
internal static partial class QueueEmitter
{
    private static void OpenNamespace(IndentedWriter writer, QueueModel queue)
    {
        if (queue.Namespace is not { } space)
            return;

        if (queue.Form == EmittedForm.Classic)
        {
            writer.Open($"namespace {space}");
        }
        else
        {
            writer.Block($"namespace {space};");
            writer.Line();
        }
    }

    private static void CloseNamespace(IndentedWriter writer, QueueModel queue)
    {
        if (queue is { Namespace: not null, Form: EmittedForm.Classic })
            writer.Close();
    }

    /// <summary>A type cannot implement static abstract members before C# 11, so there it is only the sides of a queue.</summary>
    private static string Interface(QueueModel queue)
    {
        var producer = $"global::TypedShmQueue.IShmProducer<{queue.MessageType}>";
        var taking = queue.SubscriptionName is null ? $"global::TypedShmQueue.IShmConsumer<{queue.MessageType}>" : BroadcastInterface(queue);
        var sides = $"{producer}, {taking}";
        return queue switch
        {
            { Form: EmittedForm.Classic } => $"{sides}, global::System.IDisposable",
            { SubscriptionName: null, Serializer: null } => $"global::TypedShmQueue.IShmQueue<{queue.QueueName}, {queue.MessageType}>",
            _ => $"{HandleInterface(queue)}, {sides}",
        };
    }

    private static string BroadcastInterface(QueueModel queue) => $"global::TypedShmQueue.IShmBroadcast<{queue.MessageType}>";

    private static string HandleInterface(QueueModel queue) => $"global::TypedShmQueue.IShmQueue<{queue.QueueName}>";

    private static void EmitSchema(IndentedWriter writer, QueueModel queue)
    {
        writer.Block(
            """

            /// <summary>The layout of the message as UTF-8 text: for every field its offset and size in bytes, its type and its path.</summary>
            """);
        if (queue.Form == EmittedForm.Classic)
            EmitSchemaBytes(writer, queue.Layout.Schema);
        else
            EmitSchemaText(writer, queue);
    }

    private static void EmitSchemaText(IndentedWriter writer, QueueModel queue)
    {
        var handle = HandleInterface(queue);
        writer.Block("public static global::System.ReadOnlySpan<byte> Schema =>");
        writer.Indented(
            $$""""
            """
            {{queue.Layout.Schema}}
            """u8;
            """");
        writer.Block(
            $$"""

            static int {{handle}}.SlotSize => SlotSize;

            static int {{handle}}.DefaultCapacity => DefaultCapacity;

            static ulong {{handle}}.SchemaId => SchemaId;
            """);
    }

    /// <summary>The compiler keeps such an array in the assembly's data; nothing is allocated.</summary>
    private static void EmitSchemaBytes(IndentedWriter writer, string schema)
    {
        writer.Block("public static global::System.ReadOnlySpan<byte> Schema => new byte[]");
        writer.Block("{");
        foreach (var line in schema.TrimEnd('\n').Split('\n'))
        {
            writer.Indented("// " + line);
            writer.Indented(string.Concat(Encoding.UTF8.GetBytes(line + "\n").Select(static value => "0x" + value.ToString("X2", CultureInfo.InvariantCulture) + ", ")).TrimEnd());
        }

        writer.Block("};");
    }
}
