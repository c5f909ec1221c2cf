using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Tests.Docs;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>
/// A file's folder tells its namespace. Public types are the exception: all of them are in the namespaces that users name, whatever folder
/// they are in, so that one using is enough and moving a file breaks no program.
/// </summary>
public sealed class NamespaceTests
{
    private static readonly Project s_tool = new("src/Tool", "TypedShmQueue.Tool", []);

    private static readonly Project s_hosting =
        new("src/Hosting", "TypedShmQueue.Hosting", ["TypedShmQueue.Hosting", "Microsoft.Extensions.DependencyInjection"]);

    private static readonly Project s_nats =
        new("src/Nats", "TypedShmQueue.Nats", ["TypedShmQueue.Nats", "Microsoft.Extensions.DependencyInjection"]);

    /// <summary>CompilerServices holds what emitted code names.</summary>
    private static readonly Project s_runtime = new("src/Runtime", "TypedShmQueue", ["TypedShmQueue", "TypedShmQueue.CompilerServices"]);

    private static readonly string[] s_exempt =
    [
        "src/Runtime/Text/ShmTextCore.cs",    // a namespace TypedShmQueue.Text would hide types called Text from all code in TypedShmQueue
    ];

    [Fact]
    public void Namespaces_of_the_tool_are_its_folders() => Misplaced(s_tool).ShouldBeEmpty();

    [Fact]
    public void Namespaces_of_the_hosting_are_its_folders() => Misplaced(s_hosting).ShouldBeEmpty();

    [Fact]
    public void Namespaces_of_the_nats_bridge_are_its_folders() => Misplaced(s_nats).ShouldBeEmpty();

    [Fact]
    public void Namespaces_of_the_runtime_are_its_folders() => Misplaced(s_runtime).ShouldBeEmpty();

    [Theory]
    [InlineData("namespace TypedShmQueue.Ring; class Internal;", false)]
    [InlineData("namespace TypedShmQueue; class Internal;", true)]
    [InlineData("namespace TypedShmQueue; public class Public;", false)]
    [InlineData("namespace TypedShmQueue.Ring; public class Public;", true)]
    [InlineData("namespace TypedShmQueue; public class Public { class Nested; }", false)]
    [InlineData("namespace TypedShmQueue; public class Public; class Internal;", false)]    // one thought with the public type
    public void A_type_at_a_wrong_place_is_found(string source, bool isFound) =>
        MisplacedIn(s_runtime, "src/Runtime/Ring/Some.cs", source).Any().ShouldBe(isFound);

    private static IEnumerable<string> Misplaced(Project project)
    {
        var files = Sources.Of(project.Folder)
            .Where(static file => !s_exempt.Any(exempt => file.StartsWith(exempt, StringComparison.Ordinal))).ToArray();
        files.Length.ShouldBeGreaterThan(10);
        return files.SelectMany(file => MisplacedIn(project, file, File.ReadAllText(Pages.PathOf(file))));
    }

    private static IEnumerable<string> MisplacedIn(Project project, string file, string source)
    {
        var root = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot();
        foreach (var space in root.Members.OfType<BaseNamespaceDeclarationSyntax>())
        {
            var types = space.Members.Where(static member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax).ToArray();
            var isPublic = types.Any(static type => type.Modifiers.Any(SyntaxKind.PublicKeyword));
            string[] allowed = isPublic && project.PublicNamespaces.Length > 0 ? project.PublicNamespaces : [project.NamespaceOf(file)];
            if (!allowed.Contains(space.Name.ToString(), StringComparer.Ordinal))
                yield return $"{file} is in {space.Name} and belongs in {string.Join(" or ", allowed)}";
        }
    }

    private sealed record Project(string Folder, string RootNamespace, string[] PublicNamespaces)
    {
        public string NamespaceOf(string file) =>
            string.Join('.', [RootNamespace,
                .. Path.GetDirectoryName(Path.GetRelativePath(Folder, file))!.Split('/', StringSplitOptions.RemoveEmptyEntries)]);
    }
}
