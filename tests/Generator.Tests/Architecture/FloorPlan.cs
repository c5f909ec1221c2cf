using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>The folders of a project, highest floor first; those of one floor are siblings, which do not know each other.</summary>
/// <param name="floors">Each floor's folders, by their whole path below the project; "" is the project's own.</param>
internal sealed class FloorPlan(params string[][] floors)
{
    /// <summary>Arrows that are known to point up, each with the reason why it is not turned yet.</summary>
    public IReadOnlyList<KnownArrow> Known { get; init; } = [];

    /// <summary>
    /// Every name in these files of something that is not on a lower floor than the file, nor in its own folder; known ones apart.
    /// </summary>
    public IReadOnlyList<string> UpwardArrows(IEnumerable<(string Path, string Text)> files, IEnumerable<MetadataReference> references)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview, DocumentationMode.None);
        var compilation = CSharpCompilation.Create("Floors",
            [.. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)),
                CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var all = compilation.SyntaxTrees.SelectMany(tree => UpwardArrows(compilation.GetSemanticModel(tree))).ToArray();
        var gone = Known.Where(known => !all.Any(known.Is))
            .Select(static known => $"{known.From} -> {known.To} is not there any more: remove it from the known ones");
        return
        [
            .. all.Where(arrow => !Known.Any(known => known.Is(arrow))).Select(static arrow => arrow.ToString())
                .Concat(gone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private IEnumerable<Arrow> UpwardArrows(SemanticModel model)
    {
        var from = model.SyntaxTree.FilePath;
        foreach (var name in model.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var info = model.GetSymbolInfo(name);
            var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            if (type?.OriginalDefinition.DeclaringSyntaxReferences is not [var declaration, ..]) continue;
            var to = declaration.SyntaxTree.FilePath;
            if (!string.Equals(FolderOf(from), FolderOf(to), StringComparison.Ordinal) && FloorOf(from) >= FloorOf(to))
                yield return new Arrow(from, type.Name, to);
        }
    }

    private int FloorOf(string path)
    {
        var folder = FolderOf(path);
        var floor = Array.FindIndex(floors, f => f.Contains(folder, StringComparer.Ordinal));
        return floor >= 0
            ? floor
            : throw new InvalidOperationException($"The folder of {path} has no floor yet: give it one here and in docs/architecture.md.");
    }

    /// <summary>The whole path, so that a folder inside another has a floor of its own.</summary>
    private static string FolderOf(string path) => path.LastIndexOf('/') is var end and >= 0 ? path[..end] : "";

    /// <summary>A folder that names types of a folder above it.</summary>
    internal sealed record KnownArrow(string From, string To, string Reason)
    {
        public bool Is(Arrow arrow) =>
            string.Equals(FolderOf(arrow.From), From, StringComparison.Ordinal)
                && string.Equals(FolderOf(arrow.To), To, StringComparison.Ordinal);
    }

    internal sealed record Arrow(string From, string Type, string To)
    {
        public override string ToString() => $"{From} names {Type} of {To}";
    }
}
