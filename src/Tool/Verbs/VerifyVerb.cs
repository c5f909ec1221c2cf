using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Diagnosis;
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
        using SegmentReader queue = call.Open();
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
}
