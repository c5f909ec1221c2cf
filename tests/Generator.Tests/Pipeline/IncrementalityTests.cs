using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Pipeline;

/// <summary>An edit elsewhere must not cost anything: the models compare equal, and nothing is emitted again.</summary>
public sealed class IncrementalityTests
{
    private const string Message =
        """
        namespace Demo
        {
            [TypedShmQueue.ShmQueue] public struct Trade { public long Id; public Inner Inner; }
            public struct Inner { public int Number; }
        }
        """;

    [Fact]
    public void An_edit_of_another_file_changes_nothing() =>
        Reasons("class Other { }", "class Other { int _field; }", edited: 1)
            .ShouldBeSubsetOf([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged]);

    [Fact]
    public void An_edit_of_the_same_file_changes_nothing() =>
        Reasons(Message, "// A line that moves everything down.\nclass Other { }\n" + Message, edited: 0)
            .ShouldBeSubsetOf([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged]);

    [Fact]
    public void An_edit_that_changes_nothing_writes_nothing()
    {
        var (driver, compilation) = Run([Message]);
        compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], TestCompilation.Parse(Message + " ", "File0.cs"));

        var outputs = driver.RunGenerators(compilation).GetRunResult().Results.Single().TrackedOutputSteps;

        outputs.SelectMany(static step => step.Value).SelectMany(static step => step.Outputs)
            .ShouldAllBe(static output => output.Reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void A_second_message_leaves_the_first_alone() =>
        Reasons(Message, Message + "[TypedShmQueue.ShmQueue] struct Second { public int Number; }", edited: 0, TrackingNames.Named)
            .ShouldBe([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.New]);

    [Fact]
    public void A_field_of_a_nested_struct_in_another_file_reaches_the_queue()
    {
        var before = Run(["[TypedShmQueue.ShmQueue] struct M { public Inner Inner; }", "struct Inner { public int A; }"]);
        var (driver, compilation) = (before.Driver, before.Compilation);
        compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[1], TestCompilation.Parse("struct Inner { public long A; }", "File1.cs"));

        var text = driver.RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString();

        text.ShouldContain("SlotSize = 8;");
    }

    private static List<IncrementalStepRunReason> Reasons(string original, string changed, int edited, params string[] stepNames)
    {
        string[] sources = edited == 0 ? [original] : [Message, original];
        var (driver, compilation) = Run(sources);
        compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[edited], TestCompilation.Parse(changed, $"File{edited}.cs"));
        var steps = driver.RunGenerators(compilation).GetRunResult().Results.Single().TrackedSteps;

        if (stepNames.Length == 0)
            stepNames = [TrackingNames.Messages, TrackingNames.Named];
        return [.. stepNames.SelectMany(name => steps[name]).SelectMany(static step => step.Outputs).Select(static output => output.Reason)];
    }

    private static (GeneratorDriver Driver, CSharpCompilation Compilation) Run(string[] sources)
    {
        var compilation = TestCompilation.Create(sources);
        return (GeneratorRun.CreateDriver().RunGenerators(compilation), compilation);
    }
}
