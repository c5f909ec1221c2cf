using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>What a page shows, compiled with the generator as a project of the SDK would be.</summary>
internal static class Documented
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // A page is for people: its structs have no documentation of their own.
    private static readonly CSharpParseOptions s_options = TestCompilation.ParseOptions.WithDocumentationMode(DocumentationMode.Parse);

    public static GeneratorRun Compile(IEnumerable<string> sources)
    {
        var compilation = TestCompilation.Create()
            .AddSyntaxTrees(sources.Prepend(ImplicitUsings)
                .Select(static (source, index) => CSharpSyntaxTree.ParseText(source, s_options, $"File{index}.cs")));
        var isProgram = compilation.SyntaxTrees.Any(static tree =>
            ((CompilationUnitSyntax)tree.GetRoot()).Members.Any(SyntaxKind.GlobalStatement));
        return GeneratorRun.Of(compilation.WithOptions(compilation.Options.WithOutputKind(isProgram
            ? OutputKind.ConsoleApplication
            : OutputKind.DynamicallyLinkedLibrary)));
    }
}
