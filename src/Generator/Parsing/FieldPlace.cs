using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Where the reader is: the dotted path from the message, and the message's own field to put a squiggle under.</summary>
/// <param name="Path">Empty for the message itself.</param>
/// <param name="Location">The message's own field.</param>
/// <param name="Declared">The field that the path leads to, wherever it is declared.</param>
internal readonly record struct FieldPlace(string Path, Location? Location, Location? Declared = null)
{
    public bool IsMessage => Path.Length == 0;

    public FieldPlace Field(string name, ISymbol field)
    {
        var declared = ((field as IFieldSymbol)?.AssociatedSymbol ?? field).Locations.FirstOrDefault();
        return IsMessage ? new FieldPlace(name, declared ?? Location, declared) : new FieldPlace(Path + "." + name, Location, declared);
    }
}
