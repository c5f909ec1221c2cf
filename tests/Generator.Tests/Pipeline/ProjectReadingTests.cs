using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Tests.Pipeline;

/// <summary>What was read of messages is used again while all declarations are the same, and never longer.</summary>
public sealed class ProjectReadingTests
{
    private const string Message =
        """
        using TypedShmQueue;
        namespace Demo
        {
            using Pieces;

            /// <summary>A trade.</summary>
            [ShmQueue(Capacity = Limits.Slots)] public struct Trade { public Part Part; public Side Side; }
            public static class Limits
            {
                public const int Slots = 16; public static int Next = 1; public static int Twice(int number) { return number * 2; }
            }
        }
        """;

    private const string Other =
        """
        namespace Pieces
        {
            public struct Part { public int Number; public int Double { get => Number * 2; } }
            public enum Side : byte { Buy, Sell }
            public class Book { int _field = 1; int Count { get { return _field; } } public Book() { _field = 2; } void Run() => _field++; }
        }
        """;

    public static TheoryData<int, string, string> EditsOfBodies => new()
    {
        { 0, "return number * 2;", "var more = number; return more + number;" },
        { 0, "return number * 2;", "/* why */ return number * 2" },
        { 0, "using TypedShmQueue;", "// A line that moves everything down.\nusing TypedShmQueue;" },
        { 1, "_field++", "_field--" },
        { 1, "return _field;", "return 0;" },
        { 1, "_field = 2;", "" },
        { 1, "class Book {", "class Book { // a comment\n" },
    };

    [Theory, MemberData(nameof(EditsOfBodies))]
    public void Typing_in_a_body_reads_nothing_again(int file, string before, string after)
    {
        var compilation = TestCompilation.Create(Message, Other);

        ReadingOf(Edit(compilation, file, before, after, ReadingOf(compilation))).ShouldBe(ReadingOf(compilation));
    }

    [Fact]
    public void A_chain_of_keystrokes_reads_once()
    {
        var compilation = TestCompilation.Create(Message, Other);
        var first = ReadingOf(compilation);
        for (var i = 0; i < 5; i++)
            compilation = Edit(compilation, 1, "void Run() => ", $"void Run() => _ = {i} + ", ReadingOf(compilation));

        ReadingOf(compilation).ShouldBe(first);
    }

    public static TheoryData<string, int, string, string, string> EditsThatMatter => new()
    {
        { "a field of a nested struct", 1, "public int Number;", "public long Number;", "0 8 i64 Part.Number" },
        { "a member of an enum", 1, "Buy, Sell", "Buy, Sell, Short", "enum:u8(Buy=0,Sell=1,Short=2)" },
        { "a value of an enum", 1, "Buy, Sell", "Buy, Sell = 7", "enum:u8(Buy=0,Sell=7)" },
        { "a constant that an attribute names", 0, "Slots = 16", "Slots = 32", "DefaultCapacity = 32;" },
        { "the summary", 0, "A trade.", "One trade.", "One trade." },
        { "a type that is nearer than the one of a using", 1, "public class Book",
            "} namespace Demo { public struct Part { public byte Near; } } namespace Pieces { public class Book", "0 1 u8 Part.Near" },
        { "a using", 0, "using Pieces;", "using Side = Pieces.Part; using Pieces;", "i32 Side.Number" },
        { "a body that uses the hidden field", 1, "get => Number * 2", "get => field", "i32 Part.Double" },
    };

    [Theory, MemberData(nameof(EditsThatMatter))]
    public void Whatever_a_message_depends_on_is_read_again(string edit, int file, string before, string after, string expected)
    {
        var compilation = TestCompilation.Create(Message, Other);
        var driver = GeneratorRun.CreateDriver(compilation).RunGenerators(compilation);
        driver.GetRunResult().GeneratedTrees.Single().ToString().ShouldNotContain(expected, Case.Sensitive, edit);

        compilation = Edit(compilation, file, before, after, ReadingOf(compilation));

        driver.RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString().ShouldContain(expected, Case.Sensitive, edit);
    }

    /// <summary>
    /// A directive on a line of its own, anywhere in a file that has some already: what was read before must be what is read now.
    /// </summary>
    [Theory]
    [InlineData("#endif"), InlineData("#if false"), InlineData("#else"), InlineData("#elif true"), InlineData("#if true"),
        InlineData("#endregion")]
    public void A_directive_that_is_typed_is_seen(string directive)
    {
        const string Source =
            """
            namespace Demo
            {
            #if false
                /// <summary>Off.</summary>
                public class Off { void Run() { } }
            #endif
                public class Body
                {
                    void Run()
                    {
            #if false
                        Run();
                    }
                }
                [TypedShmQueue.ShmQueue(Capacity = 2)] public struct Trade { public int Hidden; }
                public class Rest
                {
                    void Run()
                    {
            #endif
                    }
                }
                /// <summary>A trade.</summary>
                [TypedShmQueue.ShmQueue]
                public partial struct Trade
                {
                    public long Id;
            #if false
                    public long Hidden;
            #endif
                }
            }
            """;
        var lines = Source.Split('\n');
        for (var line = 0; line <= lines.Length; line++)
        {
            var before = TestCompilation.Create(Source);
            var driver = GeneratorRun.CreateDriver(before).RunGenerators(before);
            var after = Edit(before, 0, Source, string.Join('\n', [.. lines[..line], directive, .. lines[line..]]), ReadingOf(before));

            var kept = driver.RunGenerators(after).GetRunResult().GeneratedTrees.Select(static tree => tree.ToString());

            var fresh = after.WithOptions(after.Options.WithModuleName("Fresh"));
            kept.ShouldBe(GeneratorRun.Of(fresh).Sources.Select(static source => source.SourceText.ToString()),
                $"{directive} before line {line}");
            ReadingOf(after).ShouldNotBe(ReadingOf(before));
        }
    }

    [Fact]
    public void A_type_in_a_new_file_may_be_what_a_name_means_now()
    {
        var compilation = TestCompilation.Create(Message, Other);
        var driver = GeneratorRun.CreateDriver(compilation).RunGenerators(compilation);
        compilation = compilation.AddSyntaxTrees(TestCompilation.Parse("namespace Demo { public struct Part { public byte Near; } }",
            "Near.cs"));

        driver.RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString().ShouldContain("0 1 u8 Part.Near");
    }

    [Fact]
    public void A_parameter_that_a_body_captures_is_seen()
    {
        const string Source = "[TypedShmQueue.ShmQueue] struct M(int number) { public int Number = number; public int Twice() => 2; }";
        var compilation = TestCompilation.Create(Source);
        var driver = GeneratorRun.CreateDriver(compilation).RunGenerators(compilation);
        driver.GetRunResult().GeneratedTrees.ShouldHaveSingleItem();

        compilation = Edit(compilation, 0, "=> 2", "=> number * 2", ReadingOf(compilation));

        driver.RunGenerators(compilation).GetRunResult().GeneratedTrees.ShouldBeEmpty();
    }

    [Fact]
    public void The_summary_of_another_part_is_seen()
    {
        var compilation = TestCompilation.Create(
            "[MemoryPack.MemoryPackable, TypedShmQueue.ShmQueue(MaxMessageBytes = 60)] public partial class Note { }",
            "/// <summary>Before.</summary>\npublic partial class Note { }");
        var driver = GeneratorRun.CreateDriver(compilation).RunGenerators(compilation);
        compilation = Edit(compilation, 1, "Before.", "After.", ReadingOf(compilation));

        driver.RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString().ShouldContain("After.");
    }

    public static TheoryData<string, Func<CSharpCompilation, CSharpCompilation>> ChangesOfTheProject => new()
    {
        { "a reference", static project =>
            project.AddReferences(TestCompilation.Create("Library", [], "class Some { }").ToMetadataReference()) },
        { "one reference less", static project => project.RemoveReferences(project.References.First()) },
        { "the name", static project => project.WithAssemblyName("Renamed") },
        { "an option", static project => project.WithOptions(project.Options.WithOptimizationLevel(OptimizationLevel.Release)) },
        { "a file less", static project => project.RemoveSyntaxTrees(project.SyntaxTrees[1]) },
        { "the order of the files", static project => project.RemoveAllSyntaxTrees().AddSyntaxTrees(project.SyntaxTrees.Reverse()) },
        { "the language", static project => project.RemoveAllSyntaxTrees().AddSyntaxTrees(project.SyntaxTrees.Select(
            static tree =>
                CSharpSyntaxTree.ParseText(tree.GetText(), TestCompilation.ParseOptions.WithLanguageVersion(LanguageVersion.CSharp9),
                tree.FilePath))) },
    };

    [Theory, MemberData(nameof(ChangesOfTheProject))]
    public void A_change_of_the_project_reads_again(string change, Func<CSharpCompilation, CSharpCompilation> apply)
    {
        var compilation = TestCompilation.Create(Message, Other);
        var before = ReadingOf(compilation);

        ReadingOf(apply(compilation)).ShouldNotBe(before, change);
        GC.KeepAlive(compilation);
    }

    [Fact]
    public void No_compilation_is_kept()
    {
        var options = TestCompilation.Create().Options;
        var read = ReadAndForget(options);

        for (var i = 0; i < 10 && read.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        read.IsAlive.ShouldBeFalse();
        GC.KeepAlive(options);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ReadAndForget(CSharpCompilationOptions options)
    {
        var compilation = TestCompilation.Create(Message, Other).WithOptions(options);
        GeneratorRun.CreateDriver(compilation).RunGenerators(compilation).GetRunResult().GeneratedTrees.ShouldHaveSingleItem();
        return new WeakReference(compilation);
    }

    private static ProjectReading ReadingOf(Compilation compilation) => ProjectReading.Of(compilation, CancellationToken.None);

    /// <summary>
    /// The compilation after an edit of one file, as text typed into an editor gives it. That of before must have been read.
    /// </summary>
    private static CSharpCompilation Edit(CSharpCompilation compilation, int file, string before, string after, ProjectReading read)
    {
        read.ShouldNotBeNull();
        var tree = compilation.SyntaxTrees[file];
        var text = tree.ToString();
        text.ShouldContain(before);
        return compilation.ReplaceSyntaxTree(tree,
            TestCompilation.Parse(text.Replace(before, after, StringComparison.Ordinal), tree.FilePath));
    }
}
