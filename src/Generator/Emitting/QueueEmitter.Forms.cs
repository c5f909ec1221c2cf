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

    /// <summary>
    /// What the base type does not implement itself. Before C# 11 a type cannot implement static abstract members, so there a queue is only
    /// what it inherits, and what begins its subscriptions.
    /// </summary>
    private static string Interfaces(QueueModel queue)
    {
        var broadcast = queue.SubscriptionName is null ? "" : ", " + BroadcastInterface(queue);
        return queue switch
        {
            { Form: EmittedForm.Classic } => broadcast,
            { Consumers: ConsumerRole.Workers } => $", {HandleInterface(queue)}",
            { SubscriptionName: null, Serializer: null } => $", {Root}IShmQueue<{queue.QueueName}, {queue.MessageType}>",
            _ => $", {HandleInterface(queue)}{broadcast}",
        };
    }

    private static string BroadcastInterface(QueueModel queue) => $"{Root}IShmBroadcast<{queue.MessageType}>";

    private static string HandleInterface(QueueModel queue) => $"{Root}IShmQueue<{queue.QueueName}>";

    /// <summary>The documentation of a factory: that of the interface's member.</summary>
    private static string Inherit(QueueModel queue, string member) => queue.Form != EmittedForm.Classic ? "/// <inheritdoc/>"
        : $"/// <inheritdoc cref=\"{Root}IShmQueue{{TSelf}}.{member}({Parameters(member)})\"/>";

    /// <summary>A static and an instance method may share a name, so the name alone would be ambiguous.</summary>
    private static string Parameters(string factory) =>
        $"string, {(string.Equals(factory, "TryOpen", StringComparison.Ordinal) ? "out TSelf, " : "")}{Root}ShmQueueOptions";

    private static void EmitSchema(IndentedWriter writer, QueueModel queue)
    {
        writer.Block(
            """

            /// <summary>
            /// The layout of the message as UTF-8 text: for every field its offset and size in bytes, its type and its path.
            /// </summary>
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

            static int {{handle}}.MessageSize => MessageSize;
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
            writer.Indented(string.Concat(Encoding.UTF8.GetBytes(line + "\n").Select(static value => "0x" + value.ToString("X2",
                CultureInfo.InvariantCulture) + ", ")).TrimEnd());
        }

        writer.Block("};");
    }
}
