using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Layout;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers;

/// <summary>TSQ017: another order of the message's fields takes fewer bytes, and over a quarter of them is padding now.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PaddingAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.ImplicitPadding);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(static symbol => Analyze(symbol), SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var message = (INamedTypeSymbol)context.Symbol;
        if (message.TypeKind != TypeKind.Struct || message.FindAttribute(AttributeNames.ShmQueue) is null)
            return;

        // Whoever asked for an explicit layout or a size has thought about the bytes.
        if (DeclaredLayoutReader.Read(message) is not { Kind: LayoutKind.Sequential, Size: 0 } declared
            || new TypeLayoutReader(message, context.Compilation, new ProblemSink(report: null),
                context.CancellationToken).Read() is not StructLayout layout)
        {
            return;
        }

        var padding = FieldOrder.Padding(layout);
        var tight = FieldOrder.Tighten(layout, declared.Pack);
        if (padding * 4 <= layout.Size || tight.Size >= layout.Size)
            return;

        var names = tight.Fields.Select(static field => field.Name).ToArray();
        var remedy = PartToReorder(message, context.CancellationToken) is { } part
            && !Initializers.AreOrdered(part, context.Compilation, context.CancellationToken)
            ? new Remedy(part.Identifier.GetLocation(), string.Join(",", names))
            : new Remedy();
        context.ReportDiagnostic(remedy.Attach(
            Rules.ImplicitPadding, message.Locations.FirstOrDefault(), padding, layout.Size, message.Name, string.Join(", ",
                names), tight.Size));
    }

    /// <summary>
    /// The one declaration that has fields or properties: those of several have no common list to be moved in. Null also if there are
    /// positional parameters, which are the order of arguments too.
    /// </summary>
    private static TypeDeclarationSyntax? PartToReorder(INamedTypeSymbol message, CancellationToken cancellationToken)
    {
        var parts =
            message.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellationToken)).OfType<TypeDeclarationSyntax>().ToArray();
        var withFields =
            parts.Where(static part =>
            part.Members.Any(static member => member is BaseFieldDeclarationSyntax or BasePropertyDeclarationSyntax)).ToArray();
        return withFields.Length == 1 && parts.All(static part => part.ParameterList is null) ? withFields[0] : null;
    }
}
