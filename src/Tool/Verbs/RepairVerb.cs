using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Diagnosis;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Does at once what the queue's processes would do in time, and nothing to what the living hold.</summary>
internal sealed class RepairVerb : Verb
{
    private readonly Option<string?> _remove =
        new("--remove-subscription") { Description = "Remove this named subscription, which must have no holder, and do nothing else.",
        HelpName = "name" };

    private readonly Option<string?> _removeGroup =
        new("--remove-group") { Description = "Remove this group, which must have no member, and do nothing else.", HelpName = "name" };

    public RepairVerb()
        : base("repair", "Skip the positions that dead processes claimed, free their roles, return the messages that they had, and clear "
        + "their entries. Leaves live processes alone.",
        "shmq repair trades",
        "shmq repair news --remove-subscription audit",
        "shmq repair orders --remove-group billing")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_remove);
        Options.Add(_removeGroup);
        Validators.Add(result =>
        {
            if (result.GetValue(_remove) != null && result.GetValue(_removeGroup) != null)
                result.AddError("--remove-subscription and --remove-group exclude each other: use one of them.");
        });
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
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

    private static void Show(Screen screen, string name, Repair repair)
    {
        foreach (string done in repair.Done) screen.Say(done);
        foreach (string refused in repair.Refused) screen.Warn(refused + ".");
        if (repair.Done.Count + repair.Refused.Count == 0) screen.Say($"There is nothing to repair in the queue '{name}'.");
    }
}
