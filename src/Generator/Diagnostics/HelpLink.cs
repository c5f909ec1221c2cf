using System;
using System.Linq;
using System.Reflection;

namespace TypedShmQueue.Generator.Diagnostics;

/// <summary>
/// Where the page of a rule is. The build writes the folder into this assembly (PackageProjectUrl in Directory.Build.props). Without it a
/// rule has no link: a link that leads nowhere is worse than none, and the package contains the pages.
/// </summary>
internal static class HelpLink
{
    private static readonly string s_folder = Folder(typeof(HelpLink).Assembly);

    public static string? Of(string id) => In(s_folder, id);

    internal static string? In(string folder, string id) => folder.Length == 0 ? null : folder + id + ".md";

    internal static string Folder(Assembly assembly) =>
        assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(static one => string.Equals(one.Key, "DiagnosticsUrl",
            StringComparison.Ordinal))?.Value ?? "";
}
