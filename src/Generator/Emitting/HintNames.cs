using System.Collections.Immutable;
using System.Globalization;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Emitting;

/// <summary>File names from full metadata names. The compiler compares file names without regard to case, C# does not.</summary>
internal static class HintNames
{
    public static ImmutableArray<NamedQueue> Assign(ImmutableArray<QueueModel> models)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var named = ImmutableArray.CreateBuilder<NamedQueue>(models.Length);

        // Two parts of one message may both carry the attribute, which the compiler reports; that is still one queue.
        foreach (var model in models.Distinct().OrderBy(static model => model.MetadataName, StringComparer.Ordinal))
        {
            var name = model.MetadataName;
            for (var twin = 2; !taken.Add(name); twin++)
                name = model.MetadataName + "-" + twin.ToString(CultureInfo.InvariantCulture);
            named.Add(new NamedQueue(name + ".g.cs", model));
        }

        return named.DrainToImmutable();
    }
}
