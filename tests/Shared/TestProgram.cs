namespace TypedShmQueue.Testing;

/// <summary>
/// How a program that stands beside the tests is started: by the "dotnet" that runs them, or, where tests and programs were published with
/// a runtime of their own, as it is.
/// </summary>
/// <remarks>
/// <c>TSQ_TESTS_UNDER</c> holds the words before its name, such as an emulator's. <c>TSQ_TESTS_PROGRAMS</c> is a folder with programs of
/// another platform: the tests then use a queue together with those.
/// </remarks>
public static class TestProgram
{
    private static readonly string[] s_under =
        (Environment.GetEnvironmentVariable("TSQ_TESTS_UNDER") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static readonly string? s_folder = Environment.GetEnvironmentVariable("TSQ_TESTS_PROGRAMS");

    /// <summary>Whether the programs run under an emulator, and so start in seconds.</summary>
    public static bool IsEmulated => s_under.Length > 0;

    /// <summary>The command that starts it, without its arguments.</summary>
    /// <param name="name">The program's assembly, without an extension.</param>
    public static string[] Command(string name)
    {
        // One program holds tests and programs there, and its first words say which to be.
        if (OperatingSystem.IsWindows()) return [Environment.ProcessPath!, "program", name];
        string path = Path.Combine(s_folder ?? AppContext.BaseDirectory, name);
        if (s_under.Length > 0 || s_folder != null || IsSelfContained) return [.. s_under, path];
        bool hasHost = string.Equals(Path.GetFileName(Environment.ProcessPath), "dotnet", StringComparison.Ordinal);
        return [hasHost ? Environment.ProcessPath! : "dotnet", path + ".dll"];
    }

    /// <summary>Whether the runtime lies beside the tests.</summary>
    private static bool IsSelfContained => File.Exists(Path.Combine(AppContext.BaseDirectory, "libcoreclr.so"));
}
