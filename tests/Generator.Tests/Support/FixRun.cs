using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace TypedShmQueue.Generator.Tests.Support;

/// <summary>A project in an IDE's workspace, to which the fixes of this repository are applied.</summary>
internal static class FixRun
{
    private static readonly CodeFixProvider[] s_fixes =
    [
        .. typeof(CodeFixes.CapacityFix).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(CodeFixProvider)) && !type.IsAbstract)
            .Select(static type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    /// <summary>The rules that have a fix.</summary>
    public static IEnumerable<string> FixableIds => s_fixes.SelectMany(static fix => fix.FixableDiagnosticIds);

    /// <summary>
    /// Applies the fix of that title to the one diagnostic of the rule, and the fix-all of its document as well: both must give the
    /// expected text, in which the rule is silent and which compiles.
    /// </summary>
    public static async Task ShouldFix(string rule, string title, string source, string expected)
    {
        (await Fixed(rule, title, source)).ShouldBe(expected);
        await ShouldFixAll(rule, title, [source], [expected]);
    }

    /// <summary>The source after the fix of its one diagnostic of the rule, which is silent then.</summary>
    public static async Task<string> Fixed(string rule, string title, string source)
    {
        var (project, diagnostics) = await Diagnose(CreateProject([source]).Solution, rule);
        var diagnostic = diagnostics.ShouldHaveSingleItem();
        var actions = await Actions(project.GetDocument(diagnostic.Location.SourceTree)!, diagnostic);
        var texts = await Texts(await Changed(actions.Single(action => TitleIs(action, title))));
        await ShouldBeMended(rule, texts);
        return texts.ShouldHaveSingleItem();
    }

    /// <summary>Fixes all diagnostics of the rule, in all files.</summary>
    public static async Task ShouldFixAll(string rule, string title, string[] sources, string[] expected,
        LanguageVersion version = LanguageVersion.Preview)
    {
        var solution = CreateProject(sources, version).Solution;
        var (project, diagnostics) = await Diagnose(solution, rule);
        diagnostics.ShouldNotBeEmpty();
        var fix = FixOf(rule);
        var document = project.GetDocument(diagnostics[0].Location.SourceTree)!;
        var context = new FixAllContext(
            document, fix, FixAllScope.Project,
                (await Actions(document, diagnostics[0])).Single(action => TitleIs(action, title)).EquivalenceKey,
            [rule], new KnownDiagnostics(diagnostics), CancellationToken.None);
        var action = (await fix.GetFixAllProvider()!.GetFixAsync(context)).ShouldNotBeNull();
        var texts = await Texts(await Changed(action));
        texts.ShouldBe(expected);
        await ShouldBeMended(rule, texts);
    }

    /// <summary>The titles offered for the first diagnostic of the rule.</summary>
    public static Task<IReadOnlyList<string>> Titles(string rule, params string[] sources) =>
        Titles(rule, LanguageVersion.Preview, sources);

    /// <summary>The same, in a project of that language version.</summary>
    public static async Task<IReadOnlyList<string>> Titles(string rule, LanguageVersion version, params string[] sources)
    {
        var (project, diagnostics) = await Diagnose(CreateProject(sources, version).Solution, rule);
        var actions = await Actions(project.GetDocument(diagnostics[0].Location.SourceTree)!, diagnostics[0]);
        return [.. actions.Select(static action => action.Title)];
    }

    /// <summary>
    /// Applies every fix that is offered, each to the sources as they stand; these need not compile, before or after. No rule may fail. How
    /// many diagnostics there were, and how many fixes.
    /// </summary>
    public static async Task<(int Found, int Applied)> ApplyEveryFix(string[] sources)
    {
        var project = CreateProject(sources);
        var all = await (await project.GetCompilationAsync())!.WithAnalyzers(AnalyzerRun.Analyzers).GetAllDiagnosticsAsync();
        all.ShouldNotContain(static diagnostic => diagnostic.Id == "AD0001", "so is a rule reported that throws");
        var diagnostics = all.Where(static diagnostic => diagnostic.Id.StartsWith("TSQ", StringComparison.Ordinal)).ToList();
        var applied = 0;
        foreach (var diagnostic in diagnostics.Where(static diagnostic => FixableIds.Contains(diagnostic.Id, StringComparer.Ordinal)))
        {
            if (project.GetDocument(diagnostic.Location.SourceTree) is not { } document)
                continue;

            foreach (var action in await Actions(document, diagnostic))
            {
                (await Texts(await Changed(action))).ShouldNotBe(sources);
                applied++;
            }
        }

        return (diagnostics.Count, applied);
    }

    private static async Task<Solution> Changed(CodeAction action) =>
        (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private static async Task ShouldBeMended(string rule, string[] sources)
    {
        GeneratorRun.Of(sources).ShouldCompile();
        (await AnalyzerRun.Of(sources)).ShouldNotContain(diagnostic => diagnostic.Id == rule);
    }

    private static async Task<(Project Project, List<Diagnostic> Diagnostics)> Diagnose(Solution solution, string rule)
    {
        var project = solution.Projects.Single();
        var compilation = (CSharpCompilation)(await project.GetCompilationAsync())!;
        var diagnostics = await AnalyzerRun.OfOutput(compilation);
        return (project, [.. diagnostics.Where(diagnostic => string.Equals(diagnostic.Id, rule, StringComparison.Ordinal))]);
    }

    private static async Task<List<CodeAction>> Actions(Document document, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        await FixOf(diagnostic.Id).RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) =>
            actions.Add(action), CancellationToken.None));

        // A menu shows its entries, not itself.
        return [.. actions.SelectMany(static action => action.NestedActions.IsEmpty ? [action] : action.NestedActions)];
    }

    private static async Task<string[]> Texts(Solution solution)
    {
        var texts = new List<string>();
        foreach (var document in solution.Projects.Single().Documents)
            texts.Add((await document.GetTextAsync()).ToString());
        return [.. texts];
    }

    private static Project CreateProject(string[] sources, LanguageVersion version = LanguageVersion.Preview)
    {
        var template = TestCompilation.Create();
        var workspace = new AdhocWorkspace();
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "User", "User", LanguageNames.CSharp,
            compilationOptions: template.Options, parseOptions: TestCompilation.ParseOptions.WithLanguageVersion(version),
            metadataReferences: template.References,
            analyzerReferences: [new AnalyzerFileReference(typeof(QueueGenerator).Assembly.Location, new LoadedAssemblies())]));
        var solution = project.Solution;
        for (var i = 0; i < sources.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"File{i}.cs");
            solution = solution.AddDocument(DocumentId.CreateNewId(project.Id), name, SourceText.From(sources[i]), filePath: name);
        }

        return solution.Projects.Single();
    }

    private static CodeFixProvider FixOf(string rule) =>
        s_fixes.Single(fix => fix.FixableDiagnosticIds.Contains(rule, StringComparer.Ordinal));

    private static bool TitleIs(CodeAction action, string title) => string.Equals(action.Title, title, StringComparison.Ordinal);

    /// <summary>The generator that runs in the workspace is the one that is tested here.</summary>
    private sealed class LoadedAssemblies : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }

    /// <summary>What a fix-all is told: the diagnostics that the analyzer found.</summary>
    private sealed class KnownDiagnostics(List<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(diagnostic =>
                string.Equals(diagnostic.Location.SourceTree?.FilePath, document.FilePath, StringComparison.Ordinal)));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
