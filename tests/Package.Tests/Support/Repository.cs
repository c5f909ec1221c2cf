using System.Reflection;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Package.Tests.Support;

/// <summary>The tree that is packed, and what its build knew.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    /// <summary>The one version, of Directory.Build.props.</summary>
    public static string Version { get; } = Built("Version");

    /// <summary>The version of MemoryPack, of Directory.Packages.props.</summary>
    public static string MemoryPack { get; } = Built("MemoryPack");

    /// <summary>The version of Microsoft.Extensions that the tree's own programs run with.</summary>
    public static string ExtensionsVersion { get; } = Built("ExtensionsVersion").Trim('[', ']');

    /// <summary>The least version of Microsoft.Extensions that the hosting package works with, and is compiled against.</summary>
    public static string MinimumExtensionsVersion { get; } = Built("MinimumExtensionsVersion");

    /// <summary>The least version of the NATS client that the bridge works with, and is compiled against.</summary>
    public static string NatsVersion { get; } = Built("NatsVersion");

    /// <summary>Where this machine keeps the packages it has restored.</summary>
    public static string Packages { get; } = Built("Packages");

    /// <summary>The platform of this machine, as a runtime identifier.</summary>
    public static string Platform { get; } = Built("Platform");

    public static string PathOf(string path) => Path.Combine(Root, path);

    private static string Built(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal)).Value!;

    private static string Here([CallerFilePath] string file = "") => file;
}
