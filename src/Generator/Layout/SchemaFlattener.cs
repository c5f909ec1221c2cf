using System.Globalization;

namespace TypedShmQueue.Generator.Layout;

/// <summary>Turns the tree of a message's fields into the flat list of its leaves.</summary>
internal sealed class SchemaFlattener
{
    /// <summary>More leaves than this do not fit a schema text, however short their names; so no more are collected.</summary>
    private const int MaxFields = SchemaText.MaxBytes / 10;

    /// <summary>Elements of nested arrays that are written out one by one, counted together; longer arrays describe one element.</summary>
    private const int MaxElements = 64;

    private readonly List<SchemaField> _fields = [];

    private SchemaFlattener()
    {
    }

    /// <summary>The leaves in offset order, in declaration order where offsets are equal; null if there are too many.</summary>
    public static IReadOnlyList<SchemaField>? TryFlatten(TypeLayout message)
    {
        var flattener = new SchemaFlattener();
        var path = message is ArrayLayout { ElementName: { } name } ? name : "";
        if (!flattener.Add(message, path, 0, 1))
            return null;

        // OrderBy is stable, which is what keeps declaration order.
        return [.. flattener._fields.OrderBy(static field => field.Offset)];
    }

    private bool Add(TypeLayout type, string path, long offset, int elements) => type switch
    {
        { HasLeaves: false } => true,
        LeafLayout leaf => AddLine(offset, leaf.Size, leaf.SchemaType, path),
        ArrayLayout array => AddArray(array, path, offset, elements),
        StructLayout parent => parent.Fields.All(field => Add(field.Type, Join(path, field.Name), offset + field.Offset, elements)),
        _ => throw new InvalidOperationException($"No schema for {type.GetType().Name}."),
    };

    private bool AddArray(ArrayLayout array, string path, long offset, int elements)
    {
        var length = array.Length.ToString(CultureInfo.InvariantCulture);
        if (array.Element is LeafLayout leaf)
            return AddLine(offset, array.Element.Size * array.Length, leaf.SchemaType + "[" + length + "]", path);

        if ((long)elements * array.Length > MaxElements)
        {
            // Size over length is the distance of two elements.
            return AddLine(offset, array.Element.Size * array.Length, "struct[" + length + "]", path)
                && Add(array.Element, path + "[]", offset, elements);
        }

        for (var i = 0; i < array.Length; i++)
        {
            var element = path + "[" + i.ToString(CultureInfo.InvariantCulture) + "]";
            if (!Add(array.Element, element, offset + (i * array.Element.Size), elements * array.Length))
                return false;
        }

        return true;
    }

    private bool AddLine(long offset, long size, string type, string path)
    {
        _fields.Add(new SchemaField(checked((int)offset), checked((int)size), type, path));
        return _fields.Count <= MaxFields;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
