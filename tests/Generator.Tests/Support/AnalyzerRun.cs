using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Analyzers;

namespace TypedShmQueue.Generator.Tests.Support;

/// <summary>What the analyzers say of a compilation, the emitted code included, as in a build.</summary>
internal static class AnalyzerRun
{
    /// <summary>Every analyzer of the generator's assembly.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. typeof(MessageAnalyzer).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsAbstract)
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>Every rule of the generator's assembly.</summary>
    public static IEnumerable<DiagnosticDescriptor> Rules => Analyzers.SelectMany(static analyzer => analyzer.SupportedDiagnostics);

    public static Task<IReadOnlyList<Diagnostic>> Of(params string[] sources) => Of(TestCompilation.Create(sources));

    public static Task<IReadOnlyList<Diagnostic>> Of(CSharpCompilation compilation) => OfOutput(GeneratorRun.Of(compilation).Output);

    /// <summary>What they say of a compilation that holds the emitted code already.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> OfOutput(Compilation output)
    {
        var diagnostics = await output.WithAnalyzers(Analyzers).GetAnalyzerDiagnosticsAsync();
        return [.. diagnostics.OrderBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal)
            .ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    /// <summary>This rule alone must speak, once, under this text. The queue is emitted all the same.</summary>
    public static async Task ShouldSay(string rule, string squiggle, string text, params string[] sources)
    {
        var diagnostic = (await Of(sources)).ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe(rule);
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe(squiggle);
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldContain(text);
        GeneratorRun.Of(sources).Sources.ShouldNotBeEmpty();
    }

    /// <summary>The message must be refused for this reason alone, and no queue emitted.</summary>
    public static async Task ShouldRefuse(string rule, string squiggle, string text, params string[] sources)
    {
        var compilation = TestCompilation.Create(sources);
        var diagnostics = await Of(compilation);
        var diagnostic = diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe(rule);
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe(squiggle);
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldContain(text);

        // The generator reports the very same, which the compiler therefore writes once.
        var run = GeneratorRun.Of(compilation);
        run.Sources.ShouldBeEmpty();
        run.Diagnostics.ShouldBe(diagnostics);
    }

    /// <summary>Nothing to say, and everything compiles.</summary>
    public static async Task ShouldAccept(params string[] sources)
    {
        (await Of(sources)).ShouldBeEmpty();
        GeneratorRun.Of(sources).ShouldCompile().Sources.ShouldNotBeEmpty();
    }
}
