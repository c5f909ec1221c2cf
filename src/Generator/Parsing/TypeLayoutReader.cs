using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Layout;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Reads the layout of a type from its symbol, or says why it cannot be known.</summary>
/// <remarks>One reader serves one message. What is in doubt is refused: a wrong offset would be read by another process.</remarks>
internal sealed partial class TypeLayoutReader(
    INamedTypeSymbol message, Compilation compilation, ProblemSink problems, CancellationToken cancellationToken)
{
    /// <summary>Nesting is followed this far, so that a generic struct that grows without end is not followed for ever.</summary>
    private const int MaxDepth = 64;

    private readonly Dictionary<ITypeSymbol, TypeLayout> _known = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ITypeSymbol> _beingRead = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// The layout of the message; null if it cannot be known, in which case the reason has been reported or is a compiler error.
    /// </summary>
    public TypeLayout? Read() => ReadStruct(message, new FieldPlace("", message.Locations.FirstOrDefault()));

    private TypeLayout? Read(ITypeSymbol type, FieldPlace place)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_known.TryGetValue(type, out var known))
            return known;
        if (_beingRead.Count == MaxDepth)
            return RefuseDepth(place);

        // A struct that contains itself is a compiler error.
        if (!_beingRead.Add(type))
            return null;

        var layout = ReadUncached(type, place);
        _beingRead.Remove(type);
        if (layout is not null)
            _known[type] = layout;
        return layout;
    }

    private TypeLayout? ReadUncached(ITypeSymbol type, FieldPlace place) => type.TypeKind switch
    {
        // The compiler has reported it.
        TypeKind.Error => null,
        TypeKind.Pointer or TypeKind.FunctionPointer => RefuseAddress(type, place),
        TypeKind.Enum => EnumLayoutReader.Read((INamedTypeSymbol)type),
        TypeKind.Struct => ReadValueType((INamedTypeSymbol)type, place),
        _ => RefuseManaged(type, place),
    };

    private TypeLayout? ReadValueType(INamedTypeSymbol type, FieldPlace place)
    {
        if (type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr)
            return RefuseAddress(type, place);
        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
            return ReadNullable(type, place);

        var name = type.FullMetadataName();
        if (type.SpecialType != SpecialType.None && KnownTypes.Primitives.TryGetValue(name, out var leaf))
            return leaf;
        if (KnownTypes.Texts.TryGetValue(name, out leaf))
            return leaf;
        if (!FrameworkAssemblies.Contains(type.ContainingAssembly))
            return ReadStruct(type, place);
        if (KnownTypes.Framework.TryGetValue(name, out leaf))
            return leaf;

        return type.IsUnmanagedType ? RefuseUnknown(type, place) : RefuseManaged(type, place);
    }

    /// <summary>The runtime lays a nullable out as a flag and then the value; its reference assembly shows neither.</summary>
    private StructLayout? ReadNullable(INamedTypeSymbol type, FieldPlace place) =>
        Read(type.TypeArguments[0], place) is { } value
            ? LayoutCalculator.Sequential([new("HasValue", KnownTypes.Primitives["System.Boolean"]), new("Value", value)])
            : null;

    private TypeLayout? ReadStruct(INamedTypeSymbol type, FieldPlace place)
    {
        if (DeclaredLayoutReader.Read(type) is not { } declared)
            return RefuseUnknown(type, place);
        if (WhyNotFixed(type, declared) is { } reason)
            return Refuse(RemedyOfLayout(type), Rules.LayoutNotFixed, place, type.ToDisplayString(), reason);
        if (type.FindAttribute(AttributeNames.InlineArray) is { } inlineArray)
            return ReadInlineArray(type, inlineArray, declared, place);

        var isExplicit = declared.Kind == LayoutKind.Explicit;
        if (ReadFields(type, isExplicit, place) is not { } fields)
            return null;

        return isExplicit
            ? LayoutCalculator.Explicit(fields, declared.Pack, declared.Size)
            : LayoutCalculator.Sequential(fields, declared.Pack, declared.Size);
    }

    private string? WhyNotFixed(INamedTypeSymbol type, DeclaredLayout declared)
    {
        if (type.FindAttribute(AttributeNames.ExtendedLayout) is not null)
            return "it has an extended layout; use LayoutKind.Sequential";
        if (declared.Kind == LayoutKind.Auto)
            return "it is LayoutKind.Auto, so the runtime orders the fields; use LayoutKind.Sequential";
        if (declared.Kind is not (LayoutKind.Sequential or LayoutKind.Explicit))
            return "its LayoutKind is not known; use LayoutKind.Sequential";
        if (declared.Kind == LayoutKind.Explicit && type.IsGenericType)
            return "the runtime does not load a generic type of LayoutKind.Explicit; use LayoutKind.Sequential";
        if (declared.Kind == LayoutKind.Sequential && HasFieldsInSeveralParts(type))
            return "its fields stand in several partial declarations, which have no order; declare them in one";
        if (CapturedParameters.Find(type, compilation, cancellationToken) is { } parameter)
            return $"the primary constructor parameter '{parameter}' is captured in a hidden field; copy it to a declared field";
        return null;
    }

    private List<DeclaredField>? ReadFields(INamedTypeSymbol type, bool isExplicit, FieldPlace place)
    {
        var fields = new List<DeclaredField>();
        var complete = true;
        foreach (var handlers in FieldLikeEvents(type))
        {
            RefuseManaged(handlers.Type, place.Field(handlers.Name, handlers));
            complete = false;
        }

        foreach (var field in InstanceFields(type))
        {
            var name = NameOf(field);
            if (IsStandIn(field))
            {
                RefuseUnknown(type, place);
                return null;
            }

            var offset = isExplicit ? DeclaredLayoutReader.ReadOffset(field) : 0;
            var layout = ReadField(field, place.Field(name, field));
            if (layout is null || offset is null)
                complete = false;
            else
                fields.Add(new DeclaredField(name, layout, offset.Value));
        }

        if (complete && SameName(fields) is { } twice)
            return RefuseTwins(type, place, twice);
        return complete ? fields : null;
    }

    /// <summary>
    /// Whether the field stands for others: a reference assembly that was made from a list of members has these two in place of all fields
    /// that it hides.
    /// </summary>
    private static bool IsStandIn(IFieldSymbol field) => field.DeclaringSyntaxReferences.IsEmpty
        && (field.Name, field.Type.SpecialType) is ("_dummy", SpecialType.System_Object) or ("_dummyPrimitive", SpecialType.System_Int32);

    /// <summary>A name that two fields have in the schema, which writes <c>_</c> for what separates its own words.</summary>
    private static string? SameName(List<DeclaredField> fields)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return fields.Select(static field => field.Name).FirstOrDefault(name => !names.Add(name));
    }

    private TypeLayout? ReadField(IFieldSymbol field, FieldPlace place)
    {
        if (!field.IsFixedSizeBuffer)
            return Read(field.Type, place);

        // In a closed generic type only the definition knows the length; the element is a primitive, whatever the arguments.
        field = field.OriginalDefinition;
        return Read(((IPointerTypeSymbol)field.Type).PointedAtType, place) is { } element && field.FixedSize > 0
            ? LayoutCalculator.Array(element, field.FixedSize)
            : null;
    }

    private TypeLayout? ReadInlineArray(INamedTypeSymbol type, AttributeData attribute, DeclaredLayout declared, FieldPlace place)
    {
        // Anything else is a compiler error.
        if (attribute.FirstArgument() is not (int length and > 0) || InstanceFields(type).FirstOrDefault() is not { } field)
            return null;
        if (declared.Size > 0 || declared.Kind == LayoutKind.Explicit)
            return Refuse(Rules.LayoutNotFixed, place, type.ToDisplayString(), "the runtime does not load an inline array with a Size " +
                "or offsets");

        var name = NameOf(field);
        return ReadField(field, place.IsMessage ? place.Field(name, field) : place) is { } element
            ? LayoutCalculator.Array(element, length, name, declared.Pack)
            : null;
    }

    /// <summary>
    /// A property's hidden field goes by the name of the property, which metadata shows only inside the field's own name.
    /// </summary>
    private static string NameOf(IFieldSymbol field)
    {
        const string Suffix = ">k__BackingField";
        var name = field.AssociatedSymbol?.Name ?? field.Name;
        return SchemaText.Name(name.StartsWith("<", StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
            ? name.Substring(1, name.Length - Suffix.Length - 1)
            : name);
    }

    private static bool HasFieldsInSeveralParts(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Length > 1
        && type.DeclaringSyntaxReferences.Count(part => InstanceFields(type.OriginalDefinition).Any(field => IsIn(field, part))) > 1;

    private static bool IsIn(IFieldSymbol field, SyntaxReference part) =>
        (field.AssociatedSymbol ?? field).DeclaringSyntaxReferences.Any(declared => declared.SyntaxTree == part.SyntaxTree
            && part.Span.Contains(declared.Span));

    private static IEnumerable<IFieldSymbol> InstanceFields(INamedTypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic && !field.IsConst);

    /// <summary>An event without accessors of its own keeps its handlers in a field that no symbol shows, other than in metadata.</summary>
    private static IEnumerable<IEventSymbol> FieldLikeEvents(INamedTypeSymbol type) => type.GetMembers().OfType<IEventSymbol>()
        .Where(static handlers => !handlers.IsStatic && handlers.AddMethod is { IsImplicitlyDeclared: true });
}
