namespace TypedShmQueue.Package.Tests.Support;

/// <summary>A test that compiles to native code, and says what is missing where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    private static readonly string[] s_tools = ["clang", "ld.lld"];

    public NativeFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] missing =
        [
            .. s_tools.Where(tool => !folders.Any(folder => File.Exists(Path.Combine(folder, tool)))),
            .. File.Exists("/usr/include/zlib.h") ? Array.Empty<string>() : ["zlib.h"],
        ];
        if (missing.Length > 0) Skip = $"Native AOT needs {string.Join(", ", missing)}: apt-get install clang lld zlib1g-dev.";
    }
}
