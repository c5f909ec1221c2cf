using System.Globalization;
using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Tells the framework's assemblies, whose reference form hides the real fields, from everybody else's.</summary>
internal static class FrameworkAssemblies
{
    /// <summary>The keys that the .NET libraries are signed with, as they appear in full assembly names.</summary>
    private static readonly HashSet<string> s_keys = new(StringComparer.Ordinal)
    {
        "b03f5f7f11d50a3a", "b77a5c561934e089", "cc7b13ffcd2ddd51", "7cec85d7bea7798e", "31bf3856ad364e35", "adb9793829ddae60",
    };

    public static bool Contains(IAssemblySymbol? assembly) =>
        assembly is { Identity.PublicKeyToken: { IsDefaultOrEmpty: false } token }
        && s_keys.Contains(string.Concat(token.Select(static value => value.ToString("x2", CultureInfo.InvariantCulture))));
}
