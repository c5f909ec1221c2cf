using Spectre.Console;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Pages;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Everything about one queue.</summary>
internal sealed class StatVerb : Verb
{
    public StatVerb() : base("stat", "Show everything about one queue: counts, roles, participants, subscriptions, groups and leases.",
        "shmq stat trades",
        "shmq stat trades --json | jq .depth") => Arguments.Add(CommonOptions.Queue);

    protected override int Run(Call call)
    {
        using JournalInspection? journal = call.OpenJournalAlone(out SegmentReader? open);
        if (journal != null)
        {
            JournalFacts held = JournalFacts.Of(journal, journal.Read());
            if (call.Json) call.Screen.Document(held);
            else JournalPage.Show(call.Screen, held, call.Options);
            return ExitCode.Done;
        }

        using SegmentReader queue = open!;
        QueueFacts facts = QueueFacts.Of(queue);
        if (call.Json) call.Screen.Document(facts);
        else FactsPage.Show(call.Screen, facts, call.Options);
        return ExitCode.Done;
    }
}
