using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>Finds what is wrong with the commits of a durable queue, or with its journal.</summary>
internal static class DurableDoctor
{
    /// <summary>A commit takes as long as the disk does: some milliseconds, on a busy one a second.</summary>
    private static readonly TimeSpan s_longForACommit = TimeSpan.FromSeconds(3);

    /// <summary>A committer that lives and does not go on.</summary>
    public static IEnumerable<Finding> Examine(SegmentReader queue)
    {
        if (queue.Commits is not { IsLocked: true } first) yield break;
        Thread.Sleep(s_longForACommit);
        if (queue.Commits is not { IsLocked: true } then || then.Begun != first.Begun || then.Limit != first.Limit) yield break;
        int[] stopped = [.. queue.Statistics.Participants.Where(static p => p.IsAlive && IsStopped(p.ProcessId)).Select(static p =>
            p.ProcessId)];
        string who = stopped.Length > 0
            ? $"Process {string.Join(", ", stopped)} is stopped (a debugger, SIGSTOP) and has the queue open"
            : "No process that has it open is stopped, so the disk may not answer";
        yield return new Finding(Severity.Trouble, $"A commit has begun {Numbers.Age(s_longForACommit)} ago or longer, and does not end. "
            + $"{who}. All calls that wait for a commit wait for it.",
            stopped.Length > 0
                ? "Let that process continue, or end it: the others then commit without help."
                : "Check the disk and the system's log. If the process that commits hangs, end it.")
        { ProcessId = stopped.Length == 1 ? stopped[0] : null, IsAlive = true };
    }

    /// <summary>A durable queue whose ring is not in memory.</summary>
    public static IEnumerable<Finding> Examine(JournalInspection journal)
    {
        if (journal.IsOpenSomewhere)
        {
            yield return new Finding(Severity.Trouble, $"The queue is open in a process whose memory is not visible here: it is in a "
                + $"container with a /dev/shm of its own, has another TYPEDSHMQUEUE_DIRECTORY, or the ring's file was removed.",
                "Share /dev/shm between them, or end that process. Until then, nobody here can open the queue.");
            yield break;
        }

        JournalFacts facts = JournalFacts.Of(journal, journal.Read());
        if (facts.HasLoss)
            yield return new Finding(Severity.Corrupt, $"The journal is damaged: {facts.Damage}. "
                + (facts.Lost.Count > 0
                    ? $"Messages that were committed cannot be read: positions {string.Join(", ", facts.Lost)}."
                    : "No message is lost, but what was taken or acknowledged last comes again."),
                $"Restore the file from a backup. Or save what can be read ({Advice.Command("export", journal.Place)}), and go on without "
                + $"the rest ({Advice.Command("repair", journal.Place, "--accept-loss")}).");
        else
            yield return new Finding(Severity.Note, "No process has opened the queue since the machine started, so it is on disk only.",
                $"Nothing: the next process that opens it recovers it. {Advice.Command("repair", journal.Place)} does so now.");
    }

    /// <summary>Whether the kernel says that a process is stopped or traced. The id may be one of another container.</summary>
    private static bool IsStopped(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            int name = stat.LastIndexOf(')');
            return name >= 0 && stat.Length > name + 2 && stat[name + 2] is 'T' or 't';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
