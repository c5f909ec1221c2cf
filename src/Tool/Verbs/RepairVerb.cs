using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Diagnosis;
using TypedShmQueue.Queue;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Does at once what the queue's processes would do in time, and nothing to what the living hold.</summary>
internal sealed class RepairVerb : Verb
{
    private readonly Option<string?> _remove =
        new("--remove-subscription") { Description = "Remove this named subscription, which must have no holder, and do nothing else.",
        HelpName = "name" };

    private readonly Option<string?> _removeGroup =
        new("--remove-group") { Description = "Remove this group, which must have no member, and do nothing else.", HelpName = "name" };

    private readonly Option<bool> _acceptLoss = new("--accept-loss")
    {
        Description = "Recover a durable queue whose journal is damaged, without the messages that cannot be read.",
    };

    public RepairVerb()
        : base("repair", "Skip the positions that dead processes claimed, free their roles, return the messages that they had, and clear "
        + "their entries. Leaves live processes alone.",
        "shmq repair trades",
        "shmq repair news --remove-subscription audit",
        "shmq repair orders --remove-group billing",
        "shmq repair orders --accept-loss")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_remove);
        Options.Add(_removeGroup);
        Options.Add(_acceptLoss);
        Validators.Add(result =>
        {
            if (result.GetValue(_remove) != null && result.GetValue(_removeGroup) != null)
                result.AddError("--remove-subscription and --remove-group exclude each other: use one of them.");
        });
    }

    protected override int Run(Call call)
    {
        using JournalInspection? journal = call.OpenJournalAlone(out SegmentReader? open);
        if (journal != null) return Recover(call, journal);
        using SegmentReader queue = open!;
        if (call.Get(_acceptLoss))
            throw new ShmqException(ExitCode.Refused, $"Nothing of the queue '{queue.Place.Name}' is lost: it is in memory, with "
                + "everything that was sent. Run the command without --accept-loss.");
        if (queue.IsDeleted)
            throw new ShmqException(ExitCode.Refused,
                $"The queue '{queue.Place.Name}' was deleted. {Advice.Command("gc", queue.Place.Options)} frees its name.");
        if (Doctor.Examine(queue).FirstOrDefault(static f => f.Severity == Severity.Corrupt) is { } corrupt)
            throw new ShmqException(ExitCode.Unusable,
                $"The queue '{queue.Place.Name}' is corrupt, and a repair cannot restore it. {corrupt.What} {corrupt.Remedy}");

        using Repair repair = new(queue);
        if (call.Get(_remove) is { } name) repair.RemoveSubscription(name);
        else if (call.Get(_removeGroup) is { } group) repair.RemoveGroup(group);
        else repair.Run();
        if (call.Json) call.Screen.Document(new { queue.Place.Name, repair.Done, repair.Refused });
        else Show(call.Screen, queue.Place.Name, repair);
        return repair.Refused.Count > 0 ? ExitCode.Refused : ExitCode.Done;
    }

    /// <summary>Makes the ring of a durable queue out of its journal, as the next process that opens it would.</summary>
    private int Recover(Call call, JournalInspection journal)
    {
        bool acceptLoss = call.Get(_acceptLoss);
        JournalFacts facts = JournalFacts.Of(journal, journal.Read());
        using QueueFile file = QueueFile.TryOpen(journal.Place) ?? throw call.NoSuchQueue(call.Queue);
        Session session = DurableOpening.TryOpen(Contracts.Of(journal), journal.Place, file.TakeFile(), acceptLoss, freesName: false, out _)
            ?? throw call.NoSuchQueue(call.Queue);
        session.Detach();
        string[] done = facts.Lost.Count > 0
            ? ["recovered the queue from its journal", $"gave up positions {string.Join(", ", facts.Lost)}"]
            : ["recovered the queue from its journal"];
        if (call.Json) call.Screen.Document(new { journal.Place.Name, Done = done, Refused = Array.Empty<string>() });
        else foreach (string one in done) call.Screen.Say(one);
        return ExitCode.Done;
    }

    private static void Show(Screen screen, string name, Repair repair)
    {
        foreach (string done in repair.Done) screen.Say(done);
        foreach (string refused in repair.Refused) screen.Warn(refused + ".");
        if (repair.Done.Count + repair.Refused.Count == 0) screen.Say($"There is nothing to repair in the queue '{name}'.");
    }
}
