namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>A test that runs a shell; skipped where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!Array.Exists(folders, folder => File.Exists(Path.Combine(folder, shell)))) Skip = $"There is no {shell}.";
    }
}
