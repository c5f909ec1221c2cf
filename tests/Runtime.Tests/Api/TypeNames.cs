using System.Reflection;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Runtime.Tests.Api;

/// <summary>Types as a C# file would name them, without namespaces.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(sbyte)] = "sbyte", [typeof(byte)] = "byte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
            [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type)
    {
        if (s_keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (type.IsGenericParameter) return type.Name;
        if (type.IsArray) return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer) return Of(type.GetElementType()!) + "*";
        if (type.IsByRef) return "ref " + Of(type.GetElementType()!);
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Of(underlying) + "?";

        string outer = type.DeclaringType is { } declaring ? Of(declaring) + "." : "";
        string[] arguments = [.. type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).Select(Of)];
        return outer + type.Name.Split('`')[0] + (arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments)}>");
    }

    /// <summary>What a method gives back, told apart by whether it may be written through.</summary>
    public static string OfReturn(ParameterInfo parameter)
    {
        string name = Of(parameter.ParameterType);
        return parameter.ParameterType.IsByRef && parameter.IsDefined(typeof(IsReadOnlyAttribute), inherit: false)
            ? "ref readonly" + name[3..]
            : name;
    }

    public static string OfParameter(ParameterInfo parameter)
    {
        string name = Of(parameter.ParameterType);
        if (parameter.ParameterType.IsByRef)
        {
            string direction = parameter.IsOut
                ? "out"
                : parameter.IsDefined(typeof(RequiresLocationAttribute), inherit: false)
                ? "ref readonly"
                : parameter.IsIn
                ? "in"
                : "ref";
            name = direction + name[3..];
        }

        string scoped = parameter.IsDefined(typeof(ScopedRefAttribute), inherit: false) ? "scoped " : "";
        string @params = parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) ? "params " : "";
        string value = parameter.HasDefaultValue ? $" = {PublicApi.Literal(parameter.RawDefaultValue)}" : "";
        return $"{scoped}{@params}{name} {parameter.Name}{value}";
    }

    /// <summary>The <c>where</c> clauses of these type parameters; empty for types that are none.</summary>
    public static string Constraints(Type[] arguments) =>
        string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(argument => (argument.Name, Needs: Needs(argument)))
            .Where(clause => clause.Needs.Length > 0).Select(clause => $" where {clause.Name} : {clause.Needs}"));

    private static string Needs(Type argument)
    {
        GenericParameterAttributes attributes = argument.GenericParameterAttributes;
        bool isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        List<string> needs = [];
        if (argument.CustomAttributes.Any(attribute => attribute.AttributeType.Name is "IsUnmanagedAttribute")) needs.Add("unmanaged");
        else if (isStruct) needs.Add("struct");
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) needs.Add("class");
        needs.AddRange(argument.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(Of)
            .Order(StringComparer.Ordinal));
        if (!isStruct && attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint)) needs.Add("new()");
        if (attributes.HasFlag(GenericParameterAttributes.AllowByRefLike)) needs.Add("allows ref struct");
        return string.Join(", ", needs);
    }
}
