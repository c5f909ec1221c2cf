using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Tests.Pipeline;

/// <summary>The names that the parser keeps free are those that the emitter uses.</summary>
public sealed class ReservedNamesTests
{
    [Fact]
    public void Every_member_of_a_queue_is_reserved()
    {
        var run = GeneratorRun.Of(
            """
            using TypedShmQueue;
            [ShmQueue] internal record struct Plain(int Number);
            [ShmQueue(Delivery = Delivery.Broadcast)] internal record struct Feed(int Number);
            [MemoryPack.MemoryPackable, ShmQueue(MaxMessageBytes = 60)] internal record Note(string Text);
            """).ShouldCompile();
        string[] queues = ["PlainQueue", "FeedQueue", "NoteQueue"];
        var names = queues
            .SelectMany(queue => run.Output.GetTypeByMetadataName(queue)!.GetMembers())
            .Where(static member =>
                member is { IsImplicitlyDeclared: false, Name: not ".ctor" } && !member.Name.Contains('.', StringComparison.Ordinal))
            .Select(static member => member.Name);

        NameClash.EmittedMembers.Order(StringComparer.Ordinal)
            .ShouldBe(names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    /// <summary>A type can have no member of its own name, and what is private is a member too.</summary>
    [Theory]
    [InlineData("s_contract")]
    [InlineData("get_Schema")]
    [InlineData("Create")]
    public Task A_queue_cannot_have_the_name_of_a_member(string name) =>
        AnalyzerRun.ShouldRefuse("TSQ008", $"QueueName = \"{name}\"", "a member of the queue has that name",
        $"[TypedShmQueue.ShmQueue(QueueName = \"{name}\")] internal record struct M(int Number);");

    /// <summary>What a queue inherits may have its name.</summary>
    [Theory]
    [InlineData("Count")]
    [InlineData("Enqueue")]
    public Task A_queue_can_have_the_name_of_an_inherited_member(string name) =>
        AnalyzerRun.ShouldAccept($"[TypedShmQueue.ShmQueue(QueueName = \"{name}\")] internal record struct M(int Number);");
}
