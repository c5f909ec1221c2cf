namespace TypedShmQueue.Bench.Reporting;

/// <summary>Where sources are and results go.</summary>
internal static class Places
{
    /// <summary>The folder of the solution; the current one if this runs from elsewhere.</summary>
    public static string Repository { get; } = FindUp(AppContext.BaseDirectory) ?? Environment.CurrentDirectory;

    public static string Results { get; } = Path.Combine(Repository, "artifacts", "bench");

    private static string? FindUp(string? directory)
    {
        while (directory != null && !File.Exists(Path.Combine(directory, "TypedShmQueue.sln"))) directory = Path.GetDirectoryName(directory);
        return directory;
    }
}
