using System.IO.Compression;

namespace TypedShmQueue.Package.Tests.Support;

/// <summary>
/// The packages, packed once for all tests into a temporary folder, which is all that a user's project may restore from. The version is
/// of this run only and the packages are unpacked in the same folder, so nothing of them meets another run or stays.
/// </summary>
public sealed class Feed : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), "tsq-package-" + Guid.NewGuid().ToString("N"));

    public Feed()
    {
        Directory.CreateDirectory(Packages);
        try
        {
            Pack(["src/Runtime", "src/Hosting", "src/Nats", "src/Tool", "templates"], Packages);
            File.WriteAllText(Path.Combine(_root, "nuget.config"), Configuration);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Version { get; } = $"{Repository.Version}-test.{Guid.NewGuid():N}";

    private string Packages => Path.Combine(_root, "feed");

    /// <summary>
    /// What the machine has restored for the tree itself may be read (the linker, the framework for a self-contained program), nothing is
    /// fetched.
    /// </summary>
    private string Configuration =>
        $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="feed" value="{Packages}" />
          </packageSources>
          <fallbackPackageFolders>
            <clear />
            <add key="machine" value="{Repository.Packages}" />
          </fallbackPackageFolders>
        </configuration>
        """;

    /// <summary>A new, empty folder outside the tree, for one user's project.</summary>
    public string NewFolder()
    {
        string folder = Path.Combine(_root, "users", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        return folder;
    }

    public ZipArchive Open(string package, string extension = "nupkg") => ZipFile.OpenRead(PathOf(package, extension));

    public string PathOf(string package, string extension = "nupkg") => Path.Combine(Packages, $"{package}.{Version}.{extension}");

    /// <summary>Runs <c>dotnet</c> in a user's folder; it must succeed.</summary>
    public string Dotnet(string folder, params IEnumerable<string> arguments)
    {
        using Command command = Command.Start(folder, Environment, Command.Dotnet, arguments);
        return command.Finish();
    }

    /// <summary>Starts a user's program, for the caller to finish.</summary>
    internal Command Start(string folder, string program, params IEnumerable<string> arguments) =>
        Command.Start(folder, Environment, program, arguments);

    /// <summary>Packs a project of the tree from a clean state: its own intermediate folder, gone afterwards.</summary>
    public void Pack(string project, string destination, params IEnumerable<string> more) => Pack([project], destination, more);

    /// <summary>Packs several that share it, so that what one needs of another is built once.</summary>
    private void Pack(string[] projects, string destination, params IEnumerable<string> more)
    {
        string artifacts = Path.Combine(_root, "artifacts");
        try
        {
            foreach (string project in projects)
            {
                string[] arguments =
                [
                    "pack", project, "-c", "Release", "-o", destination, "--artifacts-path", artifacts,
                    $"-p:Version={Version}", "-p:ContinuousIntegrationBuild=true",
                    // The tree's own build has looked at the code, and restoring stays offline.
                    "-p:RunAnalyzers=false", "-p:NuGetAudit=false", .. more,
                ];
                using Command command = Command.Start(Repository.Root, s_quiet, Command.Dotnet, arguments);
                command.Finish();
            }
        }
        finally
        {
            if (Directory.Exists(artifacts)) Directory.Delete(artifacts, recursive: true);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }

    // No server outlives a command: neither a build node nor the compiler's.
    private static readonly Dictionary<string, string> s_quiet = new(StringComparer.Ordinal)
    {
        ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0", ["UseSharedCompilation"] = "false",
            ["DOTNET_NOLOGO"] = "1",
    };

    private Dictionary<string, string> Environment =>
        new(s_quiet, StringComparer.Ordinal) { ["NUGET_PACKAGES"] = Path.Combine(_root, "unpacked") };
}
