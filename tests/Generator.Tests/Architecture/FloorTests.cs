using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>
/// Arrows between the floors of docs/architecture.md point down, in both projects. Here, because here is the compiler that reads them.
/// </summary>
public sealed class FloorTests
{
    private static readonly FloorPlan s_runtime = new(
        ["CompilerServices"],
        ["Channels", "Inspection"],
        ["Queue/Serialized", "Queue/WaitSets"],
        ["Queue/Broadcast"],
        ["Queue/Groups"],
        ["Queue"],
        ["Queue/Observing"],
        ["Async", "Durable"],
        ["Ring/Broadcast"],
        ["Ring/Groups"],
        ["Ring", "Waiting", "Liveness", "Journal"],
        ["Layout", "Region"],
        ["Layout/Schema"],
        ["Attributes", "Errors", "Serialization", "Text", "Threads", ""]);

    private static readonly FloorPlan s_tool = new([""], ["Verbs"], ["Diagnosis", "Pages"], ["Messages", "Writing"], ["Shell"], ["Queues"]);

    private static readonly FloorPlan s_hosting = new([""], ["Health"], ["Handling"], ["Queues"], ["Configuration"], ["Logging"]);

    private static readonly FloorPlan s_nats = new(["Services"], ["Bridges"], ["Streams"], [""]);

    private static readonly FloorPlan s_generator =
        new([""], ["Analyzers/Usage"], ["Analyzers"], ["Emitting", "Parsing"], ["Model", "Layout"], ["Diagnostics", "Polyfills"]);

    private static readonly MetadataReference[] s_framework =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "reference-assemblies.txt"))
            .Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly MetadataReference[] s_compiler =
        [.. s_framework, MetadataReference.CreateFromFile(typeof(SyntaxNode).Assembly.Location),
            MetadataReference.CreateFromFile(typeof(Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree).Assembly.Location)];

    [Fact]
    public void Runtime_points_down() => s_runtime.UpwardArrows(FilesOf("Runtime"), s_framework).ShouldBeEmpty();

    [Fact]
    public void Tool_points_down() => s_tool.UpwardArrows(FilesOf("Tool"), s_framework).ShouldBeEmpty();

    [Fact]
    public void Hosting_points_down() => s_hosting.UpwardArrows(FilesOf("Hosting"), s_framework).ShouldBeEmpty();

    [Fact]
    public void Nats_points_down() => s_nats.UpwardArrows(FilesOf("Nats"), s_framework).ShouldBeEmpty();

    [Fact]
    public void Generator_points_down() => s_generator.UpwardArrows(FilesOf("Generator"), s_compiler).ShouldBeEmpty();

    [Theory]
    [InlineData("Region", "object Turned() => typeof(TypedShmQueue.Queue.Session);")]
    [InlineData("Ring", "TypedShmQueue.Waiting.Gate Turned() => default;")]
    [InlineData("Layout", "object Turned() => TypedShmQueue.Region.RegionPort.Current;")]
    [InlineData("Journal", "object Turned() => typeof(TypedShmQueue.Queue.Session);")]
    [InlineData("Ring", "object Turned() => typeof(TypedShmQueue.Ring.Broadcast.Eviction);")]    // a folder inside its own
    [InlineData("Layout/Schema", "object Turned() => typeof(TypedShmQueue.Layout.SegmentFormat);")]
    public void Arrow_that_is_turned_is_found(string folder, string member)
    {
        var turned = ($"{folder}/Turned.cs", $"namespace TypedShmQueue.{folder.Replace('/', '.')}; class Turned {{ {member} }}");
        s_runtime.UpwardArrows([.. FilesOf("Runtime"), turned], s_framework).ShouldHaveSingleItem().ShouldStartWith(turned.Item1);
    }

    [Fact]
    public void A_known_arrow_that_is_gone_is_found() =>
        new FloorPlan(["Ring"], ["Layout"]) { Known = [new("Layout", "Ring", "none")] }
            .UpwardArrows([("Ring/A.cs", "class A;"), ("Layout/B.cs", "class B;")], s_framework)
            .ShouldHaveSingleItem().ShouldContain("is not there any more");

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
