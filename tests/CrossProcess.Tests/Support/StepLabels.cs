using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>The labels of an assembly's steps, as compiled: what each call to <see cref="Steps.At"/> is given.</summary>
internal static class StepLabels
{
    /// <summary>ldstr and call, each followed by a token of four bytes.</summary>
    private const byte LoadString = 0x72, Call = 0x28;

    private const int InstructionSize = 5, HeapOffset = 0xffffff;

    public static IReadOnlySet<string> Runtime { get; } = In(typeof(ShmQueueOptions).Assembly);

    /// <summary>Subscriptions and what becomes of the dead ones; no other queue has them.</summary>
    public static bool IsOfBroadcast(string label) =>
        label.StartsWith("subscription: ", StringComparison.Ordinal) || label.StartsWith("eviction: ", StringComparison.Ordinal);

    /// <summary>Leases, groups and dead letters: of queues with acknowledged delivery, and of groups of broadcast queues.</summary>
    public static bool IsOfGroups(string label) =>
        label.StartsWith("lease: ", StringComparison.Ordinal) || label.StartsWith("group: ", StringComparison.Ordinal)
        || label.StartsWith("dead letter: ", StringComparison.Ordinal);

    public static IReadOnlySet<string> In(Assembly assembly)
    {
        using PEReader image = new(File.OpenRead(assembly.Location));
        MetadataReader metadata = image.GetMetadataReader();
        int at = MetadataTokens.GetToken(Find(metadata, nameof(Steps), nameof(Steps.At)));
        HashSet<string> labels = new(StringComparer.Ordinal);
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            int address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            if (address == 0) continue;
            ReadOnlySpan<byte> code = image.GetMethodBody(address).GetILBytes();
            for (int i = 0; i + (2 * InstructionSize) <= code.Length; i++)
            {
                ReadOnlySpan<byte> load = code[i..], call = code[(i + InstructionSize)..];
                if (load[0] == LoadString && call[0] == Call && BitConverter.ToInt32(call[1..]) == at)
                    labels.Add(metadata.GetUserString(MetadataTokens.UserStringHandle(BitConverter.ToInt32(load[1..]) & HeapOffset)));
            }
        }

        return labels;
    }

    private static MethodDefinitionHandle Find(MetadataReader metadata, string type, string method) =>
        metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Single(t => metadata.StringComparer.Equals(t.Name, type))
            .GetMethods().Single(m => metadata.StringComparer.Equals(metadata.GetMethodDefinition(m).Name, method));
}

/// <summary>A test of labelled steps: a Release build has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LabelFactAttribute : FactAttribute
{
    public LabelFactAttribute()
    {
        if (StepLabels.Runtime.Count == 0) Skip = LabelTheoryAttribute.Reason;
    }
}

/// <inheritdoc cref="LabelFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LabelTheoryAttribute : TheoryAttribute
{
    public const string Reason = "Needs the labels of a Debug build.";

    public LabelTheoryAttribute()
    {
        if (StepLabels.Runtime.Count == 0) Skip = Reason;
    }
}
