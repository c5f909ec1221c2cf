namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>A user's own part of a queue: TSQ031.</summary>
public sealed class PartRuleTests
{
    [Theory]
    [InlineData("public int Count => 1;", "Count")]
    [InlineData("public void Complete() { }", "Complete")]
    [InlineData("public bool TryEnqueue(in M other) => false;", "TryEnqueue")]
    [InlineData("private int _queue;", "_queue")]
    [InlineData("private int SchemaId() => 1;", "SchemaId")]
    [InlineData("private enum Dequeue { }", "Dequeue")]
    [InlineData("public static event System.Action Open { add { } remove { } }", "Open")]
    [InlineData("public string get_Name() => \"\";", "get_Name")]
    [InlineData("private static object s_contract = new();", "s_contract")]
    public async Task TSQ031_finds_what_is_emitted_already(string member, string squiggle)
    {
        var compilation = TestCompilation.Create(Queue(member));
        var diagnostic = (await AnalyzerRun.Of(compilation)).ShouldHaveSingleItem();

        diagnostic.Id.ShouldBe("TSQ031");
        diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)
            .ShouldStartWith($"'{squiggle}' cannot be here: it is emitted as a member of 'MQueue'");
        GeneratorRun.Of(compilation).Diagnostics.ShouldBe([diagnostic], "the compiler may stop before it asks analyzers");
        diagnostic.Location.SourceTree!.FilePath.ShouldBe("File0.cs");
        diagnostic.Location.SourceTree.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe(squiggle);
    }

    [Theory]
    [InlineData("internal partial class MQueue(int number) { public int Number => number; }", "(int number)",
        "cannot call a primary constructor")]
    [InlineData("internal partial class MQueue : Base { } internal class Base { public int Count => 1; }", "Base",
        "it has a member 'Count'")]
    [InlineData("internal partial class MQueue : Base { } internal class Base : "
        + "Root { } internal class Root { public virtual void Dispose() { } }", "Base", "it has a member 'Dispose'")]
    [InlineData("internal partial class MQueue : Base { } internal class Base { protected Base(int number) { _ = number; } }", "Base",
        "no parameterless constructor")]
    public async Task TSQ031_finds_a_part_that_the_emitted_one_cannot_join(string part, string squiggle, string text)
    {
        var compilation = TestCompilation.Create("[TypedShmQueue.ShmQueue] internal record struct M(int Number);\n" + part);
        var diagnostic = (await AnalyzerRun.Of(compilation)).ShouldHaveSingleItem();

        diagnostic.Id.ShouldBe("TSQ031");
        diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).ShouldContain(text);
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe(squiggle);
        GeneratorRun.Of(compilation).Diagnostics.ShouldBe([diagnostic]);
    }

    [Theory]
    [InlineData("internal class Base { public int Twice { get; set; } protected void Dispose(bool all) { _ = all; "
        + "} private int Count => 2; }")]
    [InlineData("internal abstract class Base { protected Base(int number = 1) { _ = number; } public virtual string Title => \"\"; }")]
    public Task A_base_that_has_nothing_of_the_queue_is_accepted(string type) =>
        AnalyzerRun.ShouldAccept("[TypedShmQueue.ShmQueue] internal record struct M(int Number);\ninternal partial class MQueue : "
            + "Base { }\n" + type);

    [Fact]
    public async Task TSQ031_looks_at_subscriptions_too() => (await AnalyzerRun.Of(
        """
        [TypedShmQueue.ShmQueue(Delivery = TypedShmQueue.Delivery.Broadcast)] internal record struct M(int Number);
        internal partial class MSubscription { public long Lag => 1; }
        """)).ShouldHaveSingleItem().Id.ShouldBe("TSQ031");

    [Theory]
    [InlineData("public int Twice => Count * 2;")]
    [InlineData("public void Complete(string why) { }")]
    [InlineData("public void Complete<T>() { }")]
    [InlineData("public string get_Name(int number) => Name + number; public string get_Title() => Name;")]
    [InlineData("public bool TryEnqueue(in int other) => false; public bool TryEnqueue(System.ReadOnlySpan<int> others) => false;")]
    [InlineData("public bool TryEnqueue(M other) => TryEnqueue(in other);")]
    [InlineData("public void Dispose(bool all) { } public override string ToString() => Name;")]
    public Task What_is_added_is_accepted(string member) => AnalyzerRun.ShouldAccept(Queue(member));

    [Theory]
    [InlineData("Slot", true)]
    [InlineData("Slot<T>", false)]
    public async Task TSQ031_tells_a_type_from_a_generic_one(string type, bool clashes)
    {
        var diagnostics = await AnalyzerRun.Of(
            $$"""
            [MemoryPack.MemoryPackable, TypedShmQueue.ShmQueue(MaxMessageBytes = 60)] internal sealed record M(string Text);
            internal partial class MQueue { private struct {{type}} { } }
            """);

        diagnostics.Select(static diagnostic => diagnostic.Id).ShouldBe(clashes ? ["TSQ031"] : []);
    }

    private static string Queue(string member) =>
        $$"""
        [TypedShmQueue.ShmQueue] internal record struct M(int Number);
        internal partial class MQueue { {{member}} }
        """;
}
