using TypedShmQueue.Inspection;
using TypedShmQueue.Queue.Observing;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>How commands take messages under leases: not for longer than there may be one.</summary>
internal static class Leases
{
    /// <summary>
    /// How long a position that was claimed may take. A dead claim is passed in milliseconds, and a call in progress takes less.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Takes a message; false if there is none, or the next one is claimed and does not come.</summary>
    public static bool TryTake(UntypedMember member, Span<byte> message, Call call, SegmentReader queue, GroupView group, out bool isStuck)
    {
        isStuck = false;
        if (member.TryTake(message)) return true;
        if (Waiting(queue, group) == 0) return false;
        if (member.TryTake(message, Patience, call.Cancellation)) return true;
        isStuck = !call.Cancellation.IsCancellationRequested && Waiting(queue, group) > 0;
        return false;
    }

    /// <summary>Messages of a group that nobody has, those being written included.</summary>
    public static long Waiting(SegmentReader queue, GroupView group) => Of(queue, group)?.Waiting ?? 0;

    /// <summary>The same, and those that the dead had.</summary>
    public static long Available(SegmentReader queue, GroupView group) =>
        Of(queue, group) is { } now ? now.Waiting + now.Leases.Count(static l => !l.IsAlive) : 0;

    /// <summary>A group at this instant; null if it was removed.</summary>
    public static ShmQueueGroup? Of(SegmentReader queue, GroupView group) =>
        queue.Groups.FirstOrDefault(g => string.Equals(g.Name, group.Name, StringComparison.Ordinal));
}
