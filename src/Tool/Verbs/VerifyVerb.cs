using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Diagnosis;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Whether a file holds nothing but what a queue writes.</summary>
internal sealed class VerifyVerb : Verb
{
    public VerifyVerb()
        : base("verify", "Check every word and message of a queue. Exit code 4 means that something other than the library wrote to the "
        + "file.",
        "shmq verify trades",
        "shmq verify trades --json") => Arguments.Add(CommonOptions.Queue);

    protected override int Run(Call call)
    {
        using JournalInspection? journal = call.OpenJournalAlone(out SegmentReader? open);
        if (journal != null) return Verify(call, JournalFacts.Of(journal, journal.Read()));
        using SegmentReader queue = open!;
        Verification verification = new(queue, fault => { if (!call.Json) call.Screen.Say(fault); });
        verification.Run();
        bool whole = verification.Faults.Count == 0;
        if (call.Json) call.Screen.Document(new { queue.Place.Name, Whole = whole, verification.Messages, verification.Faults });
        else if (whole)
            call.Screen.Say($"The queue '{queue.Place.Name}' is whole: "
                + $"header, schema, {Numbers.Of(queue.Ring.Capacity)} slots, "
                + $"{Numbers.Count(verification.Messages, "message", "messages")}.");
        return whole ? ExitCode.Done : ExitCode.Unusable;
    }

    /// <summary>A durable queue whose ring is not in memory: reading its journal has checked each block and record.</summary>
    private static int Verify(Call call, JournalFacts journal)
    {
        if (call.Json) call.Screen.Document(new { journal.Name, Whole = journal.Damage == null, Journal = journal });
        else if (journal.Damage == null)
            call.Screen.Say($"The journal of the queue '{journal.Name}' is whole: header, schema, generation {journal.Generation} with "
                + $"{Numbers.Count(journal.Blocks, "block", "blocks")}, "
                + $"{Numbers.Count(journal.End - journal.Head, "position", "positions")}.");
        else
            call.Screen.Say($"The journal of the queue '{journal.Name}' is damaged: {journal.Damage}. "
                + (journal.Lost.Count > 0 ? $"Lost: positions {string.Join(", ", journal.Lost)}."
                    : journal.HasLoss ? "What was taken or acknowledged last comes again." : "Nothing that is wanted is lost."));
        return journal.Damage == null ? ExitCode.Done : ExitCode.Unusable;
    }
}
