using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>Arrows between the floors of docs/architecture.md point down, in both projects. Here, because here is the compiler that reads them.</summary>
public sealed class FloorTests
{
    private static readonly FloorPlan s_runtime = new(["Channels", "Inspection"], ["Queue"], ["Async"], ["Ring", "Waiting", "Liveness"], ["Layout", "Region"], ["Attributes", "Errors", "Serialization", "Text", ""]);

    private static readonly FloorPlan s_generator = new([""], ["Analyzers"], ["Emitting", "Parsing"], ["Model", "Layout"], ["Diagnostics", "Polyfills"]);

    private static readonly MetadataReference[] s_framework =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "reference-assemblies.txt")).Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly MetadataReference[] s_compiler =
        [.. s_framework, MetadataReference.CreateFromFile(typeof(SyntaxNode).Assembly.Location), MetadataReference.CreateFromFile(typeof(Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree).Assembly.Location)];

    [Fact]
    public void Runtime_points_down() => s_runtime.UpwardArrows(FilesOf("Runtime"), s_framework).ShouldBeEmpty();

    [Fact]
    public void Generator_points_down() => s_generator.UpwardArrows(FilesOf("Generator"), s_compiler).ShouldBeEmpty();

    [Theory]
    [InlineData("Region", "object Turned() => typeof(TypedShmQueue.Queue.Session);")]
    [InlineData("Ring", "TypedShmQueue.Waiting.Gate Turned() => default;")]
    [InlineData("Layout", "object Turned() => TypedShmQueue.Region.RegionPort.Current;")]
    public void Arrow_that_is_turned_is_found(string folder, string member)
    {
        var turned = ($"{folder}/Turned.cs", $"namespace TypedShmQueue.{folder}; class Turned {{ {member} }}");
        s_runtime.UpwardArrows([.. FilesOf("Runtime"), turned], s_framework).ShouldHaveSingleItem().ShouldStartWith(turned.Item1);
    }

    [Fact]
    public void Folder_without_a_floor_is_found() =>
        Should.Throw<InvalidOperationException>(() => s_runtime.UpwardArrows(
            [.. FilesOf("Runtime"), ("New/New.cs", "class New { object Any() => typeof(TypedShmQueue.Region.RegionPort); }")], s_framework))
            .Message.ShouldContain("New/New.cs");

    /// <summary>A project's sources, each with its path below the project.</summary>
    private static IEnumerable<(string Path, string Text)> FilesOf(string project, [CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src", project));
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(root, file);
            if (!path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
                yield return (path, File.ReadAllText(file));
        }
    }
}
