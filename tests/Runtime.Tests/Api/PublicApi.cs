using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedShmQueue.Runtime.Tests.Api;

/// <summary>
/// What an assembly offers to others, as text: one line for each type and member, in ordinal order, so that a change of surface is a
/// changed line.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (IGrouping<string?, Type> space in assembly.GetExportedTypes().GroupBy(type => type.Namespace, StringComparer.Ordinal)
            .OrderBy(space => space.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append("namespace ").Append(space.Key).Append('\n');
            foreach (Type type in space.OrderBy(TypeNames.Of, StringComparer.Ordinal)) Print(type, text);
        }

        return text.ToString();
    }

    private static void Print(Type type, StringBuilder text)
    {
        text.Append('\n').Append(AttributesThatMatter.Of(type)).Append(Header(type)).Append('\n');
        foreach (string line in Members(type).Order(StringComparer.Ordinal)) text.Append("    ").Append(line).Append('\n');
    }

    private static string Header(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => (Has<IsReadOnlyAttribute>(type) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        Type? parent = type.IsEnum
            ? type.GetEnumUnderlyingType()
            : type.IsValueType || type.BaseType == typeof(object)
            ? null
            : type.BaseType;
        IEnumerable<string> interfaces = type.IsEnum
            ? []
            : type.GetInterfaces().Where(one => one.IsVisible).Select(TypeNames.Of).Order(StringComparer.Ordinal);
        string[] names = parent is null ? [.. interfaces] : [TypeNames.Of(parent), .. interfaces];
        string bases = names.Length == 0 ? "" : " : " + string.Join(", ", names);
        return $"{kind} {TypeNames.Of(type)}{bases}{TypeNames.Constraints(type.GetGenericArguments())}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (FieldInfo field in type.GetFields(Declared)
            .Where(field => !field.IsSpecialName && (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)))
            yield return AttributesThatMatter.Of(field, inline: true) + Field(field);
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(IsSeen))
            yield return $"{AttributesThatMatter.Of(constructor, inline: true)}{Access(constructor)}new({Parameters(constructor)})";
        foreach (PropertyInfo property in type.GetProperties(Declared)
            .Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen)))
            yield return AttributesThatMatter.Of(property, inline: true) + Property(property);
        foreach (EventInfo @event in type.GetEvents(Declared).Where(@event => IsSeen(@event.AddMethod!)))
            yield return $"event {TypeNames.Of(@event.EventHandlerType!)} {@event.Name}";

        // A property's accessors are part of its own line; a name with an angle bracket is the compiler's.
        foreach (MethodInfo method in type.GetMethods(Declared)
            .Where(method => IsSeen(method) && !method.Name.Contains('<', StringComparison.Ordinal)))
        {
            if (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) continue;
            string generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeNames.Of))}>" : "";
            yield return $"{AttributesThatMatter.Of(method, inline: true)}{Access(method)}{TypeNames.OfReturn(method.ReturnParameter)} "
                + $"{method.Name}{generics}({Parameters(method)}){TypeNames.Constraints(method.GetGenericArguments())}";
        }
    }

    private static string Field(FieldInfo field) =>
        field.DeclaringType!.IsEnum ? $"{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
        : field.IsLiteral ? $"const {TypeNames.Of(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}"
        : $"{(field.IsPublic ? "" : "protected ")}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}"
                + $"{TypeNames.Of(field.FieldType)} {field.Name}";

    private static string Property(PropertyInfo property)
    {
        MethodInfo[] seen = [.. property.GetAccessors(nonPublic: true).Where(IsSeen)];
        string accessors = string.Concat(seen.Select(accessor => accessor.ReturnType != typeof(void) ? "get; "
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ")
                .Order(StringComparer.Ordinal));
        string index = property.GetIndexParameters() is { Length: > 0 } indices
            ? $"[{string.Join(", ", indices.Select(TypeNames.OfParameter))}]"
            : "";
        string required = Has<RequiredMemberAttribute>(property) ? "required " : "";
        string type = property.GetMethod is { } getter ? TypeNames.OfReturn(getter.ReturnParameter) : TypeNames.Of(property.PropertyType);
        return $"{Access(seen[0])}{required}{type} {property.Name}{index} {{ {accessors}}}";
    }

    private static string Access(MethodBase method)
    {
        bool overrides = method is MethodInfo info && info.GetBaseDefinition() != info;
        string shape = method.IsAbstract ? "abstract " : overrides ? "override " : method.IsVirtual && !method.IsFinal ? "virtual " : "";
        if (method.DeclaringType!.IsInterface && !method.IsStatic) shape = method.IsAbstract ? "" : "virtual ";
        return $"{(method.IsPublic ? "" : "protected ")}{(method.IsStatic ? "static " : "")}{shape}";
    }

    private static string Parameters(MethodBase method) =>
        (Has<ExtensionAttribute>(method) ? "this " : "") + string.Join(", ", method.GetParameters().Select(TypeNames.OfParameter));

    internal static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool Has<T>(MemberInfo member) where T : Attribute => member.IsDefined(typeof(T), inherit: false);
}
