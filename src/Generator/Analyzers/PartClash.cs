using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers;

/// <summary>
/// TSQ031: what a user's part of an emitted type cannot have beside the emitted part. The emitted part is compared as text, which the
/// generator has before any compilation holds it, and the analyzer after.
/// </summary>
internal static class PartClash
{
    private static readonly string[] s_accessors = ["get_", "set_", "add_", "remove_"];

    /// <summary>The clashes of the user's parts of a type with its emitted part.</summary>
    public static IEnumerable<Diagnostic> Find(INamedTypeSymbol type, TypeDeclarationSyntax emitted, CancellationToken cancellationToken)
    {
        var members = emitted.Members.SelectMany(Names).ToLookup(static one => one.Name, static one => one.Member, StringComparer.Ordinal);
        foreach (var member in type.GetMembers())
        {
            if (PlaceOutside(emitted.SyntaxTree, member) is { } place && IsTaken(member, members))
                yield return Say(place, member.Name, $"it is emitted as a member of '{type.Name}'; give this one another name, or " +
                    $"remove it");
        }

        var parts = type.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellationToken)).OfType<TypeDeclarationSyntax>();
        foreach (var part in parts)
        {
            if (part.SyntaxTree == emitted.SyntaxTree)
                continue;
            if (part.ParameterList is { } parameters)
            {
                yield return Say(parameters.GetLocation(), type.Name + parameters,
                    $"the emitted constructor of '{type.Name}' cannot call a primary constructor; remove the parameters, and use fields");
            }

            if (part.BaseList is { Types: { Count: > 0 } bases } && HasOtherBase(type, emitted))
            {
                yield return Say(bases[0].GetLocation(), bases[0].ToString(),
                    $"the emitted part of '{type.Name}' has a base class already; remove this one, and hold an instance of it in a field");
            }
        }
    }

    private static Diagnostic Say(Location place, string what, string reason) =>
        new Remedy().Attach(UsageRules.EmittedAlready, place, what, reason);

    private static IEnumerable<(string Name, MemberDeclarationSyntax Member)> Names(MemberDeclarationSyntax member) => member switch
    {
        FieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => (variable.Identifier.ValueText, member)),
        PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property => [(property.Identifier.ValueText, member)],
        MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method => [(method.Identifier.ValueText, member)],
        ConstructorDeclarationSyntax => [(WellKnownMemberNames.InstanceConstructorName, member)],
        BaseTypeDeclarationSyntax type => [(type.Identifier.ValueText, member)],
        _ => [],
    };

    /// <summary>
    /// Methods may share a name, unless all their parameters are alike; so may a type and a generic one. A property takes its accessors'
    /// names too.
    /// </summary>
    private static bool IsTaken(ISymbol member, ILookup<string, MemberDeclarationSyntax> members)
    {
        foreach (var emitted in members[member.Name])
        {
            var clashes = (member, emitted) switch
            {
                (IMethodSymbol method, BaseMethodDeclarationSyntax other) => AreAlike(method, other),
                (INamedTypeSymbol type, TypeDeclarationSyntax) => type.Arity == 0,
                _ => true,
            };
            if (clashes)
                return true;
        }

        return member is IMethodSymbol accessor
            && s_accessors.FirstOrDefault(prefix => accessor.Name.StartsWith(prefix, StringComparison.Ordinal)) is { } found
            && members[accessor.Name.Substring(found.Length)].OfType<PropertyDeclarationSyntax>().Any()
            && accessor.Parameters.Length == (string.Equals(found, s_accessors[0], StringComparison.Ordinal) ? 0 : 1);
    }

    /// <summary>No emitted method has type parameters.</summary>
    private static bool AreAlike(IMethodSymbol method, BaseMethodDeclarationSyntax emitted) => method.Arity == 0
        && method.Parameters.Length == emitted.ParameterList.Parameters.Count
        && method.Parameters.Zip(emitted.ParameterList.Parameters, AreAlike).All(static alike => alike);

    private static bool AreAlike(IParameterSymbol one, ParameterSyntax emitted)
    {
        var isByReference =
            emitted.Modifiers.Any(static word => word.Kind() is SyntaxKind.InKeyword or SyntaxKind.OutKeyword or SyntaxKind.RefKeyword);
        return one.RefKind != RefKind.None == isByReference
            && string.Equals(
                Plain(one.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)),
                Plain(emitted.Type!.ToString()),
                StringComparison.Ordinal);
    }

    /// <summary>A type as text, without what makes no other type of it: null marks of references, escapes, aliases of assemblies.</summary>
    private static string Plain(string type)
    {
        var plain = type.Replace("@", "").Replace("?", "");
        var root = plain.IndexOf("::", StringComparison.Ordinal);
        while (root >= 0)
        {
            var start = root;
            while (start > 0 && (char.IsLetterOrDigit(plain[start - 1]) || plain[start - 1] == '_'))
                start--;
            plain = plain.Remove(start, root + 2 - start);
            root = plain.IndexOf("::", StringComparison.Ordinal);
        }

        return plain;
    }

    /// <summary>
    /// A class has one base class. Once both parts are in the compilation, a type with two has an error in place of its base class.
    /// </summary>
    private static bool HasOtherBase(INamedTypeSymbol type, TypeDeclarationSyntax emitted) =>
        type.BaseType is { SpecialType: SpecialType.None } parent
        && (parent.TypeKind == TypeKind.Error || !string.Equals(
            Plain(parent.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)),
            Plain(emitted.BaseList!.Types[0].Type.ToString()),
            StringComparison.Ordinal));

    /// <summary>
    /// Where somebody wrote the member; null if it was emitted, or is a property's accessor, which goes with the property.
    /// </summary>
    private static Location? PlaceOutside(SyntaxTree emitted, ISymbol member) =>
        member is IMethodSymbol { AssociatedSymbol: not null } || member.IsImplicitlyDeclared
            ? null
            : member.Locations.FirstOrDefault(place => place.SourceTree is { } tree && tree != emitted);
}
