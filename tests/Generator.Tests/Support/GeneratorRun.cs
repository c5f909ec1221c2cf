using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Support;

/// <summary>What the generator makes of a compilation.</summary>
/// <param name="Output">The compilation with the emitted code.</param>
/// <param name="Sources">The emitted files.</param>
/// <param name="Diagnostics">What the generator reports, less what a pragma or an .editorconfig silences.</param>
internal sealed record GeneratorRun(Compilation Output, ImmutableArray<GeneratedSourceResult> Sources,
    IReadOnlyList<Diagnostic> Diagnostics)
{
    public static GeneratorRun Of(params string[] sources) => Of(TestCompilation.Create(sources));

    public static GeneratorRun Of(CSharpCompilation compilation)
    {
        var driver = CreateDriver(compilation).RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        var result = driver.GetRunResult().Results.Single();
        result.Exception.ShouldBeNull();
        return new GeneratorRun(output, result.GeneratedSources, [.. diagnostics.Where(static diagnostic => !diagnostic.IsSuppressed)]);
    }

    public static GeneratorDriver CreateDriver(CSharpCompilation compilation) => CSharpGeneratorDriver.Create(
        [new QueueGenerator().AsSourceGenerator()],
        parseOptions: (CSharpParseOptions?)compilation.SyntaxTrees.FirstOrDefault()?.Options ?? TestCompilation.ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The one emitted file.</summary>
    public string Text => Sources.Single().SourceText.ToString();

    /// <summary>The emitted schema, as the runtime would see it.</summary>
    public string Schema
    {
        get
        {
            var lines = Text.Split('\n').SkipWhile(static line => !line.EndsWith("Schema =>", StringComparison.Ordinal)).Skip(2);
            return string.Concat(lines.TakeWhile(static line => !line.EndsWith("\"\"\"u8;", StringComparison.Ordinal))
                .Select(static line => line.Trim() + "\n"))[..^1];
        }
    }

    /// <summary>User code and emitted code compile together, without a warning.</summary>
    public GeneratorRun ShouldCompile()
    {
        Diagnostics.ShouldBeEmpty();
        Output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden).ShouldBeEmpty();
        return this;
    }
}
