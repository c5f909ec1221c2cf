using System.Globalization;

namespace TypedShmQueue.Tool.Messages;

/// <summary>A schema's fields as they lie in each other, found from their paths.</summary>
/// <param name="Name">A field's name, or an element's index.</param>
internal abstract record FieldNode(string Name)
{
    /// <summary>Where its first byte is in the message; inside an array, of the first element.</summary>
    public abstract int Start { get; }

    /// <summary>Behind its last byte, padding at its end not counted.</summary>
    public abstract int End { get; }
}

/// <summary>A value, or an array of values.</summary>
internal sealed record LeafNode(string Name, Field Field) : FieldNode(Name)
{
    public override int Start => Field.Schema.Offset;

    public override int End => Field.Schema.Offset + Field.Schema.Size;
}

/// <summary>A struct, or (if <paramref name="IsArray"/>) an array of structs that the schema writes out element by element.</summary>
internal sealed record GroupNode(string Name, IReadOnlyList<FieldNode> Members, bool IsArray) : FieldNode(Name)
{
    public override int Start { get; } = Members.Count == 0 ? 0 : Members.Min(static m => m.Start);

    public override int End { get; } = Members.Count == 0 ? 0 : Members.Max(static m => m.End);
}

/// <summary>An array of structs that the schema has one element of, and a number: <c>struct[100]</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Array">Its line in the schema.</param>
/// <param name="Element">The first element. The fields of the others are so many strides behind its.</param>
internal sealed record ArrayNode(string Name, ShmSchemaField Array, FieldNode Element) : FieldNode(Name)
{
    public override int Start => Array.Offset;

    public override int End => Array.Offset + Array.Size;
}

/// <summary>A leaf, of one element of each array that it is in.</summary>
/// <param name="Path">Where it is, the indexes of the elements in it.</param>
/// <param name="Field">How to read it.</param>
/// <param name="Shift">Bytes from the field of the first elements to this one.</param>
internal readonly record struct LeafAt(string Path, Field Field, int Shift);

/// <summary>Makes the tree. It takes memory in proportion to the schema's text, however long the arrays are.</summary>
internal static class FieldTree
{
    /// <summary>Deeper paths stay one name: the text may come from anybody, and a tree is walked by recursion.</summary>
    private const int MostLevels = 512;

    /// <summary>The message itself.</summary>
    public static GroupNode Of(ShmSchema schema) =>
        new(schema.Name, Members(schema.Fields.ToLookup(static field => field.Container), container: null, level: 0), IsArray: false);

    /// <summary>Every leaf, of each element of each array. Lazy: a long array gives many.</summary>
    public static IEnumerable<LeafAt> LeavesOf(FieldNode node, string path = "", int shift = 0, int most = int.MaxValue)
    {
        if (node is LeafNode leaf) return [new LeafAt(path, leaf.Field, shift)];
        if (node is ArrayNode array)
            return Enumerable.Range(0, Math.Min(array.Array.ElementCount, most))
                .SelectMany(i =>
                    LeavesOf(array.Element, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), shift
                    + (i * array.Array.ElementSize), most));
        GroupNode group = (GroupNode)node;
        return group.Members.Take(group.IsArray ? most : int.MaxValue)
            .SelectMany(member => LeavesOf(member, Join(path, member.Name), shift, most));
    }

    /// <summary>Every field once, of the first element of each array.</summary>
    public static IEnumerable<Field> FieldsOf(FieldNode node) => node switch
    {
        LeafNode leaf => [leaf.Field],
        ArrayNode array => FieldsOf(array.Element),
        _ => ((GroupNode)node).Members.SelectMany(FieldsOf),
    };

    private static string Join(string path, string name) => path.Length == 0 || name.StartsWith('[') ? path + name : $"{path}.{name}";

    private static List<FieldNode> Members(ILookup<ShmSchemaField?, ShmSchemaField> fields, ShmSchemaField? container, int level)
    {
        int general = container == null ? 0 : container.Path.Length + "[]".Length;
        return Group([.. fields[container]
            .Select(field => (StepsOf(field.Path[general..].TrimStart('.')), Node(fields, field, level)))], 0);
    }

    private static FieldNode Node(ILookup<ShmSchemaField?, ShmSchemaField> fields, ShmSchemaField field, int level)
    {
        if (!string.Equals(field.Type, "struct", StringComparison.Ordinal)) return new LeafNode("", new Field(field));
        if (level >= MostLevels)
            throw new Shell.ShmqException(Shell.ExitCode.Unusable,
                $"The schema nests arrays more than {MostLevels} levels deep, which this tool does not support.");
        List<FieldNode> members = Members(fields, field, level + 1);
        return new ArrayNode("", field, members is [{ Name: "" } only] ? only : new GroupNode("", members, IsArray: false));
    }

    private static List<FieldNode> Group(IReadOnlyList<(string[] Steps, FieldNode Node)> all, int level)
    {
        List<FieldNode> members = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (IGrouping<string, (string[] Steps, FieldNode Node)> member in all.GroupBy(field =>
            field.Steps[level], StringComparer.Ordinal))
        {
            foreach ((string[] steps, FieldNode node) in member.Where(field => field.Steps.Length == level + 1)) Add(node, member.Key);
            List<(string[], FieldNode)> inner = [.. member.Where(field => field.Steps.Length > level + 1)];
            if (inner.Count == 0) continue;
            List<FieldNode> within = Group(inner, level + 1);
            Add(new GroupNode("", within, IsArray(within)), member.Key);
        }

        return members;

        // Two fields may have one path. Nothing of a message is left out for that: the second goes by its offset, too.
        void Add(FieldNode node, string name)
        {
            if (!names.Add(name))
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{name}@{node.Start}");
                while (!names.Add(name)) name += "'";
            }

            members.Add(node with { Name = name });
        }
    }

    private static bool IsArray(List<FieldNode> members)
    {
        for (int i = 0; i < members.Count; i++)
        {
            if (!string.Equals(members[i].Name, string.Create(CultureInfo.InvariantCulture, $"[{i}]"), StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <summary><c>A.B[2].C</c> to <c>A</c>, <c>B</c>, <c>[2]</c>, <c>C</c>.</summary>
    private static string[] StepsOf(string path)
    {
        string[] steps = path.StartsWith('[')
            ? path.Replace("[", ".[", StringComparison.Ordinal)[1..].Split('.')
            : path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        return steps.Length <= MostLevels ? steps : [.. steps[..(MostLevels - 1)], string.Join('.', steps[(MostLevels - 1)..])];
    }
}
