namespace TypedShmQueue.Generator.Parsing;

/// <summary>What a struct's declaration says about its layout.</summary>
/// <param name="Kind">Sequential, Explicit or Auto, as in the metadata.</param>
/// <param name="Pack">The cap on alignments; 0 for none.</param>
/// <param name="Size">The least size; 0 for none.</param>
internal sealed record DeclaredLayout(System.Runtime.InteropServices.LayoutKind Kind, int Pack, int Size);
