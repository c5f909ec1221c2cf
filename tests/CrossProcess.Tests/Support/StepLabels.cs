using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>
/// The labels of an assembly's steps, as compiled: what each call to <see cref="Steps.At"/> is given, and to the journal's
/// <see cref="Journal.IJournalRules.At"/>, which comes to it.
/// </summary>
internal static class StepLabels
{
    /// <summary>ldstr and call, each followed by a token of four bytes.</summary>
    private const byte LoadString = 0x72, Call = 0x28;

    /// <summary>Between the two, where the call is by a type parameter; a token follows.</summary>
    private const ushort Constrained = 0x16fe;

    private const int InstructionSize = 5, ConstrainedSize = 6, HeapOffset = 0xffffff;

    public static IReadOnlySet<string> Runtime { get; } = In(typeof(ShmQueueOptions).Assembly);

    /// <summary>Subscriptions and what becomes of the dead ones; no other queue has them.</summary>
    public static bool IsOfBroadcast(string label) =>
        label.StartsWith("subscription: ", StringComparison.Ordinal) || label.StartsWith("eviction: ", StringComparison.Ordinal);

    /// <summary>Leases, groups and dead letters: of queues with acknowledged delivery, and of groups of broadcast queues.</summary>
    public static bool IsOfGroups(string label) =>
        label.StartsWith("lease: ", StringComparison.Ordinal) || label.StartsWith("group: ", StringComparison.Ordinal)
        || label.StartsWith("dead letter: ", StringComparison.Ordinal);

    /// <summary>Of the journal of a durable queue: its commits, and its making and opening.</summary>
    public static bool IsOfJournals(string label) =>
        label.StartsWith("durable ", StringComparison.Ordinal) || label.StartsWith("commit: ", StringComparison.Ordinal)
        || label.StartsWith("snapshot: ", StringComparison.Ordinal) || label.StartsWith("block: ", StringComparison.Ordinal);

    public static IReadOnlySet<string> In(Assembly assembly)
    {
        using PEReader image = new(File.OpenRead(assembly.Location));
        MetadataReader metadata = image.GetMetadataReader();
        int at = MetadataTokens.GetToken(Find(metadata, nameof(Steps), nameof(Steps.At))!.Value);
        int ofJournal = Find(metadata, nameof(Journal.IJournalRules), nameof(Journal.IJournalRules.At)) is { } rule
            ? MetadataTokens.GetToken(rule) : 0;
        HashSet<string> labels = new(StringComparer.Ordinal), ofJournals = new(StringComparer.Ordinal);
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            int address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            if (address == 0) continue;
            ReadOnlySpan<byte> code = image.GetMethodBody(address).GetILBytes();
            for (int i = 0; i + (2 * InstructionSize) <= code.Length; i++)
            {
                ReadOnlySpan<byte> load = code[i..], call = code[(i + InstructionSize)..];
                bool isConstrained = call.Length >= ConstrainedSize + InstructionSize && BitConverter.ToUInt16(call) == Constrained;
                if (isConstrained) call = call[ConstrainedSize..];
                if (load[0] == LoadString && call[0] == Call && BitConverter.ToInt32(call[1..]) == (isConstrained ? ofJournal : at))
                    (isConstrained ? ofJournals : labels).Add(
                        metadata.GetUserString(MetadataTokens.UserStringHandle(BitConverter.ToInt32(load[1..]) & HeapOffset)));
            }
        }

        // The journal's calls are in every build, and come to nothing where there are no others.
        if (labels.Count > 0) labels.UnionWith(ofJournals);
        return labels;
    }

    private static MethodDefinitionHandle? Find(MetadataReader metadata, string type, string method)
    {
        foreach (TypeDefinition one in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            if (!metadata.StringComparer.Equals(one.Name, type)) continue;
            return one.GetMethods().Single(m => metadata.StringComparer.Equals(metadata.GetMethodDefinition(m).Name, method));
        }

        return null;
    }
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
