using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Queue.Observing;

namespace TypedShmQueue.Tool.Shell;

/// <summary>Which group of a queue a command is about.</summary>
internal static class GroupOption
{
    public static Option<string?> New(string description) => new("--group", "-g") { Description = description, HelpName = "name" };

    /// <summary>
    /// The workers of a queue with acknowledged delivery, or the named group of a broadcast queue. Null: no group was named, and the queue
    /// is a broadcast queue, or has no groups.
    /// </summary>
    /// <exception cref="ShmqException">There is no such group.</exception>
    public static GroupView? Of(SegmentReader queue, string? name)
    {
        if (queue.Roles.IsAcknowledged && name == null) return queue.FindGroup(null);
        if (name == null) return null;
        if (!queue.Roles.IsBroadcast)
            throw new ShmqException(ExitCode.WrongInput, $"The queue '{queue.Place.Name}' is not a broadcast queue, so it has no named "
                + $"groups. Omit --group.");
        return queue.FindGroup(name) ?? throw NoSuchGroup(queue, name);
    }

    /// <summary>The same, for a command that cannot do without a group.</summary>
    /// <exception cref="ShmqException">There is no such group, or none was named.</exception>
    public static GroupView Required(SegmentReader queue, string? name) => Of(queue, name) ?? throw new ShmqException(ExitCode.WrongInput,
        queue.Roles.IsBroadcast
            ? $"The queue '{queue.Place.Name}' is a broadcast queue: each of its groups has leases of its own. Use --group to name one"
                + $"{NamesOf(queue)}."
            : $"The queue '{queue.Place.Name}' has no leases, because its messages are not acknowledged.");

    /// <summary>The error that there is none of that name.</summary>
    public static ShmqException NoSuchGroup(SegmentReader queue, string name) => new(ExitCode.NoSuchQueue,
        $"The queue '{queue.Place.Name}' has no group '{name}'{NamesOf(queue)}.");

    /// <summary>The same group once more, for a command that is advised.</summary>
    public static string Again(string? name) => name == null ? "" : " " + ShellWord.Option("--group", name);

    private static string NamesOf(SegmentReader queue)
    {
        IReadOnlyList<ShmQueueGroup> groups = queue.Groups;
        return groups.Count == 0 ? "; it has none" : $": {string.Join(", ", groups.Select(static g => $"'{g.Name}'"))}";
    }
}
