using System.Globalization;

namespace TypedShmQueue.Tool.Messages;

/// <summary>A schema's fields as they lie in each other, found from their paths.</summary>
/// <param name="Name">A field's name, or an element's index.</param>
internal abstract record FieldNode(string Name)
{
    /// <summary>Where its first byte is in the message.</summary>
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

/// <summary>A struct, or (if <paramref name="IsArray"/>) an inline array of structs.</summary>
internal sealed record GroupNode(string Name, IReadOnlyList<FieldNode> Members, bool IsArray) : FieldNode(Name)
{
    public override int Start { get; } = Members.Min(static m => m.Start);

    public override int End { get; } = Members.Max(static m => m.End);
}

/// <summary>Makes the tree.</summary>
internal static class FieldTree
{
    /// <summary>Deeper paths stay one name: the text may come from anybody, and a tree is walked by recursion.</summary>
    private const int MostLevels = 64;

    /// <summary>More fields than this are more than anybody reads, and than this process should hold.</summary>
    public const int MostLeaves = 1 << 20;

    /// <summary>The message itself.</summary>
    public static GroupNode Of(ShmSchema schema)
    {
        List<(string[] Steps, Field Field)> leaves = [];
        foreach (ShmSchemaField leaf in schema.Leaves)
        {
            if (leaves.Count == MostLeaves) throw new Shell.ShmqException(Shell.ExitCode.Unusable, $"A message of the type '{schema.Name}' has more than {MostLeaves} fields, and this tool does not take it apart.");
            leaves.Add((StepsOf(leaf.Path), new Field(leaf)));
        }

        return Group(schema.Name, leaves, 0);
    }

    private static GroupNode Group(string name, IReadOnlyList<(string[] Steps, Field Field)> leaves, int level)
    {
        List<FieldNode> members = [];
        foreach (IGrouping<string, (string[] Steps, Field Field)> member in leaves.GroupBy(leaf => leaf.Steps[level], StringComparer.Ordinal))
        {
            members.AddRange(member.Where(leaf => leaf.Steps.Length == level + 1).Select(leaf => new LeafNode(member.Key, leaf.Field)));
            List<(string[], Field)> inner = [.. member.Where(leaf => leaf.Steps.Length > level + 1)];
            if (inner.Count > 0) members.Add(Group(member.Key, inner, level + 1));
        }

        return new GroupNode(name, members, IsArray(members));
    }

    private static bool IsArray(List<FieldNode> members)
    {
        for (int i = 0; i < members.Count; i++)
        {
            if (!string.Equals(members[i].Name, string.Create(CultureInfo.InvariantCulture, $"[{i}]"), StringComparison.Ordinal)) return false;
        }

        return true;
    }

    /// <summary><c>A.B[2].C</c> to <c>A</c>, <c>B</c>, <c>[2]</c>, <c>C</c>.</summary>
    private static string[] StepsOf(string path)
    {
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        return steps.Length <= MostLevels ? steps : [.. steps[..(MostLevels - 1)], string.Join('.', steps[(MostLevels - 1)..])];
    }
}
