namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>A user's own part of a queue: TSQ031.</summary>
public sealed class PartRuleTests
{
    [Theory]
    [InlineData("public const int SlotSize = 1;", "SlotSize")]
    [InlineData("public static MQueue Open(string name, TypedShmQueue.ShmQueueOptions? options) => null!;", "Open")]
    [InlineData("private int SchemaId() => 1;", "SchemaId")]
    [InlineData("private enum Exists { }", "Exists")]
    [InlineData("public static event System.Action Open { add { } remove { } }", "Open")]
    [InlineData("public static System.ReadOnlySpan<byte> get_Schema() => default;", "get_Schema")]
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
    [InlineData("internal partial class MQueue { private MQueue(TypedShmQueue.CompilerServices.QueueHandle handle) : base(handle) { } " +
        "}", "MQueue", "it is emitted as a member of 'MQueue'")]
    [InlineData("internal partial class MQueue(int number) { public int Number => number; }", "(int number)", "cannot call a primary " +
        "constructor")]
    [InlineData("internal partial class MQueue : Base { } internal class Base { public int Number => 1; }", "Base",
        "has a base class already")]
    [InlineData("internal partial class MQueue : System.Collections.Generic.List<int> { " +
        "}", "System.Collections.Generic.List<int>", "has a base class already")]
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
    [InlineData("internal partial class MQueue : TypedShmQueue.CompilerServices.MessageQueue<M, " +
        "TypedShmQueue.CompilerServices.ManyProducers, TypedShmQueue.CompilerServices.ManyConsumers> { }")]
    [InlineData("internal partial class MQueue : System.IComparable { public int CompareTo(object? other) => 0; }")]
    public Task The_emitted_base_and_interfaces_are_accepted(string part) =>
        AnalyzerRun.ShouldAccept("[TypedShmQueue.ShmQueue] internal record struct M(int Number);\n" + part);

    /// <summary>
    /// What is inherited can be hidden, as in any class. The compiler reports it where it is declared, in the user's own file.
    /// </summary>
    [Theory]
    [InlineData("public int Count => 1;")]
    [InlineData("public void Complete() { }")]
    [InlineData("public bool TryEnqueue(in M other) => false;")]
    public async Task A_hidden_member_is_reported_by_the_compiler(string member)
    {
        var compilation = TestCompilation.Create(Queue(member));
        (await AnalyzerRun.Of(compilation)).ShouldBeEmpty();
        var warning =
            GeneratorRun.Of(compilation).Output.GetDiagnostics().Single(static diagnostic =>
            diagnostic.Severity > Microsoft.CodeAnalysis.DiagnosticSeverity.Hidden);
        (warning.Id, warning.Location.SourceTree!.FilePath).ShouldBe(("CS0108", "File0.cs"));
    }

    [Fact]
    public async Task TSQ031_looks_at_subscriptions_too() => (await AnalyzerRun.Of(
        """
        [TypedShmQueue.ShmQueue(Delivery = TypedShmQueue.Delivery.Broadcast)] internal record struct M(int Number);
        internal partial class MSubscription : System.Collections.Generic.List<int> { }
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
