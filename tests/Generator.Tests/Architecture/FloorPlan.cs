using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>The folders of a project, highest floor first; those of one floor are siblings, which do not know each other.</summary>
/// <param name="floors">Each floor's folders; "" is the project's own.</param>
internal sealed class FloorPlan(params string[][] floors)
{
    /// <summary>Every name in these files of something that is not on a lower floor than the file, nor in its own folder.</summary>
    public IReadOnlyList<string> UpwardArrows(IEnumerable<(string Path, string Text)> files, IEnumerable<MetadataReference> references)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview, DocumentationMode.None);
        var compilation = CSharpCompilation.Create("Floors",
            [.. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)), CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return [.. compilation.SyntaxTrees.SelectMany(tree => UpwardArrows(compilation.GetSemanticModel(tree))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private IEnumerable<string> UpwardArrows(SemanticModel model)
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
                yield return $"{from} names {type.Name} of {to}";
        }
    }

    private int FloorOf(string path)
    {
        var folder = FolderOf(path);
        var floor = Array.FindIndex(floors, f => f.Contains(folder, StringComparer.Ordinal));
        return floor >= 0 ? floor : throw new InvalidOperationException($"The folder of {path} has no floor yet: give it one here and in docs/architecture.md.");
    }

    private static string FolderOf(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";
}
