using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Support;

/// <summary>A user's project in memory: the framework's reference assemblies, the runtime, every warning an error.</summary>
internal static class TestCompilation
{
    private static readonly MetadataReference[] s_references =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "reference-assemblies.txt"))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ShmQueueAttribute).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(MemoryPack.MemoryPackableAttribute).Assembly.Location),
    ];

    /// <summary>Documentation is checked, so a public member without any is found (CS1591).</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview, DocumentationMode.Diagnose);

    public static CSharpCompilation Create(params string[] sources) => Create("User", [], sources);

    public static CSharpCompilation Create(string name, IEnumerable<MetadataReference> more, params string[] sources) =>
        CSharpCompilation.Create(
            name,
            sources.Select((source, index) => Parse(source, $"File{index}.cs")),
            [.. s_references, .. more],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable,
                generalDiagnosticOption: ReportDiagnostic.Error,
                // As the SDK has it: an assembly of an older framework (MemoryPack.Core) may be referenced.
                specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)],
                warningLevel: 9999));

    /// <summary>A project of that language version.</summary>
    public static CSharpCompilation Create(LanguageVersion version, NullableContextOptions nullable, params string[] sources)
    {
        var template = Create();
        return template
            .AddSyntaxTrees(sources.Select((source, index) =>
                CSharpSyntaxTree.ParseText(source, ParseOptions.WithLanguageVersion(version), $"File{index}.cs")))
            .WithOptions(template.Options.WithNullableContextOptions(nullable));
    }

    /// <summary>The same project with an .editorconfig in its folder.</summary>
    public static CSharpCompilation WithEditorConfig(this CSharpCompilation compilation, string text) =>
        compilation.WithOptions(compilation.Options
            .WithGeneralDiagnosticOption(ReportDiagnostic.Default)
            .WithSyntaxTreeOptionsProvider(new EditorConfig(text)));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, ParseOptions, path);
}
