using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <content>What is written differently where a project knows an assembly by an alias only, in which case <c>global::</c> does not lead to
/// it.</content>
internal static partial class QueueEmitter
{
    private const string Global = "global::";

    /// <summary>Stands for <see cref="Global"/> in names that come from the user: those say by themselves where they lead.</summary>
    private const string Guard = "\u0001";

    private static void OpenAliases(IndentedWriter writer, QueueModel queue)
    {
        foreach (var alias in queue.Aliases)
            writer.Block($"extern alias {alias};");
        if (queue.Aliases.Count > 0)
            writer.Line();
    }

    private static QueueModel Guarded(QueueModel queue) => queue with
    {
        MessageType = Guarded(queue.MessageType),
        Serializer = queue.Serializer is { Type: { } type } serializer ? serializer with { Type = Guarded(type) } : queue.Serializer,
        Marks = Guarded(queue.Marks),
        SubscriptionMarks = Guarded(queue.SubscriptionMarks),
        LeaseMarks = Guarded(queue.LeaseMarks),
        GroupMarks = Guarded(queue.GroupMarks),
    };

    private static EquatableArray<string> Guarded(EquatableArray<string> names) => new([.. names.Select(Guarded)]);

    private static string Guarded(string name) => name.Replace(Global, Guard);

    private static string Aliased(QueueModel queue, string text)
    {
        if (queue.RuntimeAlias is { } runtime)
            text = text.Replace(Global + "TypedShmQueue.", runtime + "::TypedShmQueue.");
        if (queue.Serializer?.MemoryPackAlias is { } memoryPack)
            text = text.Replace(Global + "MemoryPack.", memoryPack + "::MemoryPack.");
        return text.Replace(Guard, Global);
    }
}
