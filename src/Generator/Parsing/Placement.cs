using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Whether a queue can be written beside the message: same namespace, same containing types.</summary>
internal static class Placement
{
    /// <summary>Why no queue can stand beside the message; null if one can.</summary>
    public static string? WhyUnreachable(INamedTypeSymbol message, CancellationToken cancellationToken)
    {
        if (message.IsGenericType && message.TypeParameters.Length > 0)
            return "it is generic; declare a message for each type it is used with";
        if (message.IsRefLikeType)
            return "it is a ref struct, which cannot be stored; remove 'ref'";
        if (message.IsStatic)
            return "it is static, so it has no instances; remove 'static'";

        for (var type = message; type is not null; type = type.ContainingType)
        {
            if (type.IsFileLocal)
                return $"'{type.Name}' is local to its file; make it internal";
            if (type.TypeParameters.Length > 0)
                return $"it is nested in the generic type '{type.Name}'; move it out";
            if (!ReferenceEquals(type, message) && !IsPartial(type, cancellationToken))
                return $"it is nested in '{type.Name}', which is not partial; make that partial or move the message out";
        }

        return null;
    }

    public static EquatableArray<ContainerModel> Containers(INamedTypeSymbol message)
    {
        var containers = new Stack<ContainerModel>();
        for (var type = message.ContainingType; type is not null; type = type.ContainingType)
            containers.Push(new ContainerModel(Keyword(type), SymbolNames.Escape(type.Name)));
        return new EquatableArray<ContainerModel>([.. containers]);
    }

    public static string Accessibility(INamedTypeSymbol message) => SyntaxFacts.GetText(message.DeclaredAccessibility);

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellationToken) => type.DeclaringSyntaxReferences.Any(
        reference => reference.GetSyntax(cancellationToken) is TypeDeclarationSyntax declaration
            && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Interface } => "interface",
        { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
        { TypeKind: TypeKind.Struct } => "struct",
        { IsRecord: true } => "record",
        _ => "class",
    };
}
