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
    public async Task TSQ031_finds_what_is_emitted_already(string member, string squiggle)
    {
        var diagnostic = (await AnalyzerRun.Of(Queue(member))).ShouldHaveSingleItem();

        diagnostic.Id.ShouldBe("TSQ031");
        diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).ShouldStartWith($"'{squiggle}' is emitted as a member of 'MQueue'");
        diagnostic.Location.SourceTree!.FilePath.ShouldBe("File0.cs");
        diagnostic.Location.SourceTree.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe(squiggle);
    }

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
