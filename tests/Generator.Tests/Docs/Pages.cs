using System.Runtime.CompilerServices;

namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>The pages that people read, by their path in the repository.</summary>
internal static class Pages
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.GetFiles(Root, "*.md"),
        .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories),
        Path.Combine(Root, "src", "Runtime", "PACKAGE.md"),
    ];

    public static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));

    public static string PathOf(string page) => Path.Combine(Root, page);

    /// <summary>As test data: paths from the root, the same on every machine.</summary>
    public static TheoryData<string> Where(Func<string, bool> holds) =>
        [.. All.Select(static page => Path.GetRelativePath(Root, page)).Where(page => holds(Read(page))).Order(StringComparer.Ordinal)];

    private static string Here([CallerFilePath] string file = "") => file;
}
