namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>Where a queue can be emitted, and under which name: TSQ006, TSQ008, TSQ009 and TSQ019.</summary>
public sealed class PlacementRuleTests
{
    [Theory]
    [InlineData("[ShmQueue] struct M<T> where T : unmanaged { public int Number; }", "it is generic")]
    [InlineData("[ShmQueue] file struct M { public int Number; }", "local to its file")]
    [InlineData("[ShmQueue] ref struct M { public int Number; }", "ref struct")]
    [InlineData("class Outer { [ShmQueue] public struct M { public int Number; } }", "'Outer', which is not partial")]
    [InlineData("class Outer { public partial class Middle { [ShmQueue] public struct M { public int Number; } } }",
        "'Outer', which is not partial")]
    [InlineData("partial class Outer<T> { [ShmQueue] public struct M { public int Number; } }", "generic type 'Outer'")]
    public Task TSQ006_refuses_where_no_queue_can_stand(string source, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ006", "M", text, Source(source));

    [Theory]
    [InlineData("partial class Outer { [ShmQueue] private struct M { public int Number; } }")]
    [InlineData("partial interface Outer { partial struct Middle { [ShmQueue] public struct M { public int Number; } } }")]
    public Task Partial_containers_are_accepted(string source) => AnalyzerRun.ShouldAccept(Source(source));

    [Theory]
    [InlineData("struct MQueue { } [ShmQueue] struct M { public int Number; }", "ShmQueue", "'Demo.MQueue' has that name")]
    [InlineData("class MQueue { } [ShmQueue] struct M { public int Number; }", "ShmQueue", "'Demo.MQueue' has that name")]
    [InlineData("[ShmQueue(QueueName = \"M\")] struct M { public int Number; }", "QueueName = \"M\"", "'Demo.M' has that name")]
    [InlineData("[ShmQueue(QueueName = \"Create\")] struct M { public int Number; }", "QueueName = \"Create\"", "a member of the queue")]
    [InlineData("partial class MQueue { [ShmQueue] public struct M { public int Number; } }", "ShmQueue", "the containing type")]
    [InlineData("partial class Outer { int MQueue; [ShmQueue] public struct M { public int Number; } }", "ShmQueue",
        "'Demo.Outer.MQueue' has that name")]
    [InlineData("namespace MQueue { class Some { } } [ShmQueue] struct M { public int Number; }", "ShmQueue",
        "'Demo.MQueue' has that name")]
    public Task TSQ008_refuses_a_taken_name(string source, string squiggle, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ008", squiggle, text, Source(source));

    [Fact]
    public async Task TSQ008_refuses_two_queues_of_one_name()
    {
        var source = Source("[ShmQueue(QueueName = \"Both\")] struct M { public int Number; "
            + "} [ShmQueue(QueueName = \"Both\")] struct N { public int Number; }");

        (await AnalyzerRun.Of(source)).Select(static diagnostic => diagnostic.Id).ShouldBe(["TSQ008", "TSQ008"]);
        GeneratorRun.Of(source).Sources.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("class MSubscription { } [ShmQueue(Delivery = Delivery.Broadcast)] struct M { public int Number; }",
        "'Demo.MSubscription' has that name")]
    [InlineData("[ShmQueue(Delivery = Delivery.Broadcast, QueueName = \"MSubscription\")] struct M { public int Number; }",
        "its queue has that name")]
    public Task TSQ019_refuses_a_taken_subscription(string source, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ019", "Delivery = Delivery.Broadcast", text, Source(source));

    [Theory]
    [InlineData("class MLease { } [ShmQueue(Delivery = Delivery.Acknowledged)] struct M { public int Number; }",
        "'Demo.MLease' has that name")]
    [InlineData("[ShmQueue(Delivery = Delivery.Acknowledged, QueueName = \"MLease\")] struct M { public int Number; }",
        "its queue has that name")]
    public Task TSQ019_refuses_a_taken_lease(string source, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ019", "Delivery = Delivery.Acknowledged", text, Source(source));

    [Theory]
    [InlineData("class MGroup { } [ShmQueue(Delivery = Delivery.Broadcast)] struct M { public int Number; }")]
    [InlineData("partial struct MLease { } [ShmQueue(Delivery = Delivery.Acknowledged)] struct M { public int Number; }")]
    [InlineData("class MSubscription { } [ShmQueue] struct M { public int Number; }")]
    [InlineData("partial class MSubscription { public bool IsLate => Lag > 10; "
        + "} [ShmQueue(Delivery = Delivery.Broadcast)] struct M { public int Number; }")]
    [InlineData("partial class MQueue { public int Twice => Count * 2; } [ShmQueue] struct M { public int Number; }")]
    [InlineData("class MQueue<T> { } [ShmQueue] struct M { public int Number; }")]
    [InlineData("class MQueue { } [ShmQueue(QueueName = \"Other\")] struct M { public int Number; }")]
    public Task A_free_name_is_accepted(string source) => AnalyzerRun.ShouldAccept(Source(source));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"Two words\"")]
    [InlineData("\"1st\"")]
    [InlineData("\"A.B\"")]
    public Task TSQ009_refuses_what_is_no_identifier(string name) =>
        AnalyzerRun.ShouldRefuse("TSQ009", $"QueueName = {name}", "not a C# identifier",
            Source($"[ShmQueue(QueueName = {name})] struct M {{ public int Number; }}"));

    [Theory]
    [InlineData("null")]
    [InlineData("\"class\"")]
    [InlineData("\"q\"")]
    [InlineData("\"var\"")]
    [InlineData("\"nint\"")]
    [InlineData("\"field\"")]
    [InlineData("\"record\"")]
    [InlineData("\"Größe\"")]
    public Task Identifiers_are_accepted(string name) =>
        AnalyzerRun.ShouldAccept(Source($"[ShmQueue(QueueName = {name})] struct M {{ public int Number; }}"));

    private static string Source(string types) =>
        $$"""
        #pragma warning disable CS0649, CS0169, CS0414, CS8632, CS9113
        using TypedShmQueue;
        namespace Demo
        {
            {{types}}
        }
        """;
}
