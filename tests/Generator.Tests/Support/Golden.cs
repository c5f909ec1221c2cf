using System.Runtime.CompilerServices;

namespace TypedShmQueue.Generator.Tests.Support;

/// <summary>
/// Compares a test's emitted files, as a set, with the files <c>Class.Test#Hint.verified.cs</c> in the folder Golden beside the test.
/// On a mismatch the actual text is left in <c>.received.cs</c>. With UPDATE_GOLDEN=1 the files are rewritten instead.
/// </summary>
internal static class Golden
{
    private static readonly bool s_update =
        string.Equals(Environment.GetEnvironmentVariable("UPDATE_GOLDEN"), "1", StringComparison.Ordinal);

    /// <summary>Every golden file of this project.</summary>
    public static IEnumerable<string> AllFiles([CallerFilePath] string file = "") =>
        Directory.EnumerateFiles(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..")), "*.verified.cs",
            SearchOption.AllDirectories);

    public static void ShouldMatchGolden(this GeneratorRun run, [CallerMemberName] string test = "", [CallerFilePath] string file = "")
    {
        var folder = Path.Combine(Path.GetDirectoryName(file)!, "Golden");
        var prefix = $"{Path.GetFileNameWithoutExtension(file)}.{test}";
        var actual = run.Sources.ToDictionary(
            source => Path.Combine(folder, $"{prefix}#{Path.GetFileNameWithoutExtension(source.HintName)}.verified.cs"),
            source => source.SourceText.ToString(),
            StringComparer.Ordinal);
        var expected = Directory.Exists(folder) ? Directory.GetFiles(folder, prefix + "#*.verified.cs") : [];

        if (s_update)
        {
            Directory.CreateDirectory(folder);
            foreach (var stale in expected.Except(actual.Keys, StringComparer.Ordinal))
                File.Delete(stale);
            foreach (var (path, text) in actual)
                File.WriteAllText(path, text);
            return;
        }

        foreach (var (path, text) in actual)
        {
            var received = path.Replace(".verified.", ".received.", StringComparison.Ordinal);
            if (File.Exists(path) && string.Equals(File.ReadAllText(path), text, StringComparison.Ordinal))
                File.Delete(received);
            else
                File.WriteAllText(received, text);
        }

        expected.Order(StringComparer.Ordinal).ShouldBe(actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, text) in actual)
            text.ShouldBe(File.ReadAllText(path), $"{Path.GetFileName(path)} differs; set UPDATE_GOLDEN=1 to accept the new text.");
    }
}
