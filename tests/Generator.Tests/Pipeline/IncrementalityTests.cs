using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Pipeline;

/// <summary>
/// An edit that does not change a message's layout costs nothing: the models compare equal, and nothing is emitted again.
/// </summary>
public sealed class IncrementalityTests
{
    private const string Message =
        """
        namespace Demo
        {
            [TypedShmQueue.ShmQueue] public struct Trade { public long Id; public Inner Inner; public long Next() => Id + 1; }
            public struct Inner { public int Number; }
        }
        """;

    private const string Other = "class Other { int _field; void Run() { } }";

    public static TheoryData<string, string> EditsOfTheSameFile => new()
    {
        { "outside the struct, before it", "// A line that moves everything down.\nclass New { }\n" + Message },
        { "outside the struct, after it", Message + "\nclass New { }\n" },
        { "a comment inside the struct", Message.Replace("public long Id;", "public long Id; /* its number */", StringComparison.Ordinal) },
        { "the body of a method of the struct", Message.Replace("Id + 1", "Id + 2", StringComparison.Ordinal) },
        { "a new method of the struct", Message.Replace("public Inner", "public long Last() => Id - 1; public Inner",
            StringComparison.Ordinal) },
        { "an attribute of a field", Message.Replace("public long Id;", "[System.Obsolete] public long Id;", StringComparison.Ordinal) },
        { "the accessibility of a field", Message.Replace("public int Number", "internal int Number", StringComparison.Ordinal) },
        { "an error elsewhere in the file", Message + "\nclass New {" },
    };

    [Theory, MemberData(nameof(EditsOfTheSameFile))]
    public void An_edit_of_the_same_file_changes_nothing(string edit, string changed)
    {
        edit.ShouldNotBeEmpty();
        ShouldCostNothing(compilation => Edit(compilation, 0, changed));
    }

    [Theory]
    [InlineData("class Other { int _field; void Run() { } int _more; }")]
    [InlineData("class Other { int _renamed; void Run() { } }")]
    [InlineData("class Renamed { int _field; void Run() { } }")]
    [InlineData("namespace Demo { class Other { } }")]
    [InlineData("")]
    public void An_edit_of_another_file_changes_nothing(string changed) => ShouldCostNothing(compilation => Edit(compilation, 1, changed));

    [Fact]
    public void A_new_file_changes_nothing() => ShouldCostNothing(
        static compilation => compilation.AddSyntaxTrees(TestCompilation.Parse("class New { }", "New.cs")));

    [Fact]
    public void A_new_reference_changes_nothing()
    {
        var library = TestCompilation.Create("Library", [], "internal class Some { }").ToMetadataReference();

        ShouldCostNothing(compilation => compilation.AddReferences(library));
    }

    [Fact]
    public void Another_option_of_the_project_changes_nothing() => ShouldCostNothing(
        static compilation => compilation.WithOptions(compilation.Options.WithOptimizationLevel(OptimizationLevel.Release)));

    [Fact]
    public void A_second_message_leaves_the_first_alone()
    {
        var (driver, compilation) = Run(Message, Other);
        compilation = Edit(compilation, 0, Message + "[TypedShmQueue.ShmQueue] struct Second { public int Number; }");
        var run = driver.RunGenerators(compilation).GetRunResult().Results.Single();

        Reasons(run.TrackedSteps[TrackingNames.Named]).ShouldBe([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.New]);
        Reasons(run.TrackedOutputSteps.Values.SelectMany(static steps => steps))
            .ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.New]);
    }

    [Theory]
    [InlineData("public long Id;", "public int Id;")]
    [InlineData("public long Id;", "public long Number; long Id => Number;")]
    [InlineData("public int Number;", "public long Number;")]
    [InlineData("[TypedShmQueue.ShmQueue]", "[TypedShmQueue.ShmQueue(Capacity = 2)]")]
    public void A_change_of_the_message_reaches_the_queue(string before, string after)
    {
        var (driver, compilation) = Run(Message, Other);
        var text = driver.GetRunResult().GeneratedTrees.Single().ToString();
        compilation = Edit(compilation, 0, Message.Replace(before, after, StringComparison.Ordinal));

        driver.RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString()
            .Equals(text, StringComparison.Ordinal).ShouldBeFalse();
    }

    [Fact]
    public void A_field_of_a_nested_struct_in_another_file_reaches_the_queue()
    {
        var (driver, compilation) = Run("[TypedShmQueue.ShmQueue] struct M { public Inner Inner; }", "struct Inner { public int A; }");
        compilation = Edit(compilation, 1, "struct Inner { public long A; }");

        var text = driver.RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString();

        text.ShouldContain("MessageSize = 8;");
    }

    private static void ShouldCostNothing(Func<CSharpCompilation, CSharpCompilation> edit)
    {
        var (driver, compilation) = Run(Message, Other);
        var before = driver.GetRunResult().GeneratedTrees.Single();
        var after = driver.RunGenerators(edit(compilation)).GetRunResult();

        var run = after.Results.Single();
        Reasons(run.TrackedSteps[TrackingNames.Messages])
            .ShouldBeSubsetOf([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged]);
        Reasons(run.TrackedSteps[TrackingNames.Named])
            .ShouldBeSubsetOf([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged]);
        Reasons(run.TrackedOutputSteps.Values.SelectMany(static steps => steps)).ShouldBe([IncrementalStepRunReason.Cached]);
        after.GeneratedTrees.Single().ToString().ShouldBe(before.ToString());
    }

    private static List<IncrementalStepRunReason> Reasons(IEnumerable<IncrementalGeneratorRunStep> steps) =>
        [.. steps.SelectMany(static step => step.Outputs).Select(static output => output.Reason)];

    private static CSharpCompilation Edit(CSharpCompilation compilation, int file, string text) =>
        compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[file], TestCompilation.Parse(text, $"File{file}.cs"));

    private static (GeneratorDriver Driver, CSharpCompilation Compilation) Run(params string[] sources)
    {
        var compilation = TestCompilation.Create(sources);
        return (GeneratorRun.CreateDriver(compilation).RunGenerators(compilation), compilation);
    }
}
