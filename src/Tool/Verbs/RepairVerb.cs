using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Diagnosis;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Does at once what the queue's processes would do in time, and nothing to what the living hold.</summary>
internal sealed class RepairVerb : Verb
{
    private readonly Option<string?> _remove = new("--remove-subscription") { Description = "Remove this named subscription, which nobody holds, and do nothing else.", HelpName = "name" };

    public RepairVerb() : base("repair", "Pass what dead processes had claimed, give back their roles, clear their entries. Leaves alone what the living hold.",
        "shmq repair trades",
        "shmq repair news --remove-subscription audit")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_remove);
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
        if (queue.IsDeleted) throw new ShmqException(ExitCode.Refused, $"The queue '{queue.Place.Name}' was deleted. 'shmq gc' frees its name.");
        if (Doctor.Examine(queue).FirstOrDefault(static f => f.Severity == Severity.Spoilt) is { } spoilt)
            throw new ShmqException(ExitCode.Unusable, $"The queue '{queue.Place.Name}' is spoilt, and no repair makes it a queue again. {spoilt.What} {spoilt.Remedy}");

        using Repair repair = new(queue);
        if (call.Get(_remove) is { } name) repair.RemoveSubscription(name);
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
