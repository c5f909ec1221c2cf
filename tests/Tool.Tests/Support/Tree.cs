using System.Runtime.CompilerServices;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>The sources that these tests were built from.</summary>
internal static class Tree
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    private static string Here([CallerFilePath] string file = "") => file;
}
