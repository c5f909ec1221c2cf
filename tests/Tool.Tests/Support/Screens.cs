using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>
/// Compares what the tool shows with a captured screen, <c>Screens/Class.Test.txt</c>. What differs from run to run (process ids, times,
/// folders) is made the same first. With UPDATE_GOLDEN=1 the captures are rewritten.
/// </summary>
internal static partial class Screens
{
    public static void ShouldMatchScreen(this string shown, string folder, [CallerMemberName] string test = "",
        [CallerFilePath] string file = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(file)!, "Screens", $"{Path.GetFileNameWithoutExtension(file)}.{test}.txt");
        string actual = Processes().Replace(shown.Replace(folder, "/dev/shm/queues", StringComparison.Ordinal), static m =>
            m.Groups["before"].Length > 0 ? m.Groups["before"].Value + "4711" : "4711".PadLeft(m.Length));
        actual = Ages().Replace(Times().Replace(actual, "2026-01-02 03:04:05Z"), "1.2 s");
        if (string.Equals(Environment.GetEnvironmentVariable("UPDATE_GOLDEN"), "1", StringComparison.Ordinal))
            File.WriteAllText(path, actual);
        else actual.ShouldBe(File.ReadAllText(path), $"{Path.GetFileName(path)} differs; set UPDATE_GOLDEN=1 to accept the new screen.");
    }

    [GeneratedRegex("""(?<before>\b[Pp]rocess )(?<id>\d+)|(?m)(?<before>^)(?<id> *\d+)(?=  (TypedShmQueue|dotnet|shmq|testhost))|"""
        + """(?<before>)(?<id> *\d+)(?=  (alive|dead)  )""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Processes();

    [GeneratedRegex("""\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Times();

    [GeneratedRegex("""(?<=  (alive|dead) +|for )\d+(\.\d+)? (ms|s)\b""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Ages();
}
