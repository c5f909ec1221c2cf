using TypedShmQueue.Generator.Tests.Docs;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>The C# files of the repository that people write: neither what a build makes nor golden files.</summary>
internal static class Sources
{
    /// <summary>The files below a folder, by their paths from the repository's root, in order.</summary>
    public static IReadOnlyList<string> Of(string folder) =>
    [
        .. Directory.EnumerateFiles(Pages.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Pages.Root, file))
            .Where(static file => !file.Split('/').Any(static part => part is "obj" or "bin" or "Golden" or "Declared"))
            .Order(StringComparer.Ordinal),
    ];
}
