using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Analyzers;

namespace TypedShmQueue.Generator.Tests.Support;

/// <summary>What the analyzer says of a compilation, the emitted code included, as in a build.</summary>
internal static class AnalyzerRun
{
    public static Task<IReadOnlyList<Diagnostic>> Of(params string[] sources) => Of(TestCompilation.Create(sources));

    public static async Task<IReadOnlyList<Diagnostic>> Of(CSharpCompilation compilation)
    {
        var run = GeneratorRun.Of(compilation);
        var diagnostics = await run.Output
            .WithAnalyzers([new MessageAnalyzer()])
            .GetAnalyzerDiagnosticsAsync();
        return [.. diagnostics.OrderBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal).ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    /// <summary>The message must be refused for this reason alone, and no queue emitted.</summary>
    public static async Task ShouldRefuse(string rule, string squiggle, string text, params string[] sources)
    {
        var diagnostics = await Of(sources);
        var diagnostic = diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe(rule);
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe(squiggle);
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldContain(text);
        GeneratorRun.Of(sources).Sources.ShouldBeEmpty();
    }

    /// <summary>Nothing to say, and everything compiles.</summary>
    public static async Task ShouldAccept(params string[] sources)
    {
        (await Of(sources)).ShouldBeEmpty();
        GeneratorRun.Of(sources).ShouldCompile().Sources.ShouldNotBeEmpty();
    }
}
