using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Where the reader is: the dotted path from the message, and the message's own field to put a squiggle under.</summary>
internal readonly record struct FieldPlace(string Path, Location? Location)
{
    public bool IsMessage => Path.Length == 0;

    public FieldPlace Field(string name, IFieldSymbol field) => IsMessage
        ? new FieldPlace(name, (field.AssociatedSymbol ?? field).Locations.FirstOrDefault() ?? Location)
        : this with { Path = Path + "." + name };
}
