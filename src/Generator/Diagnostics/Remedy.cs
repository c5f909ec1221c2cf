using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Diagnostics;

/// <summary>What a code fix needs beyond the squiggle: the analyzer decides what is right, the fix only writes it.</summary>
/// <param name="Place">Where the remedy goes, if not at the squiggle.</param>
/// <param name="Value">What to write there, in the form that the rule's fix expects.</param>
internal sealed record Remedy(Location? Place = null, string? Value = null)
{
    private const string Key = "Remedy";

    /// <summary>The value that the analyzer attached, or null.</summary>
    public static string? ValueOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(Key, out var value) ? value : null;

    /// <summary>The diagnostic with this remedy attached.</summary>
    public Diagnostic Attach(DiagnosticDescriptor rule, Location? location, params object?[]? arguments) => Diagnostic.Create(
        rule,
        location,
        Place is { IsInSource: true } place ? [place] : [],
        Value is null ? ImmutableDictionary<string, string?>.Empty : ImmutableDictionary<string, string?>.Empty.Add(Key, Value),
        arguments?.Select(Interned).ToArray());

    /// <summary>
    /// The compiler compares arguments by reference when it drops equal diagnostics, and generator and analyzer report the same.
    /// </summary>
    private static object Interned(object? argument) => string.Intern(Convert.ToString(argument, CultureInfo.InvariantCulture) ?? "");
}
