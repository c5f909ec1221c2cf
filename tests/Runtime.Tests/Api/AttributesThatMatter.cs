using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace TypedShmQueue.Runtime.Tests.Api;

/// <summary>The attributes that change what a caller may do or sees; the others are the implementation's business.</summary>
internal static class AttributesThatMatter
{
    private static readonly HashSet<Type> s_known =
    [
        typeof(ObsoleteAttribute), typeof(ExperimentalAttribute), typeof(EditorBrowsableAttribute), typeof(FlagsAttribute),
            typeof(AttributeUsageAttribute),
        typeof(InlineArrayAttribute), typeof(SupportedOSPlatformAttribute), typeof(UnsupportedOSPlatformAttribute),
        typeof(RequiresUnreferencedCodeAttribute), typeof(RequiresDynamicCodeAttribute), typeof(UnscopedRefAttribute),
            typeof(DoesNotReturnAttribute),
    ];

    public static string Of(MemberInfo member, bool inline = false) =>
        string.Concat(member.CustomAttributes.Where(IsMeant).Select(Text).Order(StringComparer.Ordinal)
            .Select(text => text + (inline ? " " : "\n")));

    // The compiler marks ref structs obsolete, and methods that set required members, for compilers that do not know them.
    private static bool IsMeant(CustomAttributeData attribute) =>
        s_known.Contains(attribute.AttributeType)
        && !attribute.ConstructorArguments.Any(argument =>
            argument.Value is string text && text.Contains("not supported in this version of your compiler", StringComparison.Ordinal));

    private static string Text(CustomAttributeData attribute)
    {
        IEnumerable<string> arguments = attribute.ConstructorArguments.Select(argument => argument.ToString())
            .Concat(attribute.NamedArguments.Select(argument => argument.ToString()).Order(StringComparer.Ordinal));
        string name = attribute.AttributeType.Name[..^"Attribute".Length];
        string text = string.Join(", ", arguments);
        return text.Length == 0 ? $"[{name}]" : $"[{name}({text})]";
    }
}
