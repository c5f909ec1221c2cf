using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Takes what is in a queue, and writes it.</summary>
internal sealed class DrainVerb : Verb
{
    private readonly Option<long?> _count = CommonOptions.Count("At most so many, the oldest.");
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Write only how many they were." };

    public DrainVerb() : base("drain", "Take all messages out of the queue and write them as JSON lines.",
        "shmq drain trades > taken.jsonl",
        "shmq drain trades --count 1")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_count);
        Options.Add(_quiet);
    }

    protected override int Run(Call call)
    {
        using SegmentReader reader = call.Open();
        if (reader.Roles.IsBroadcast) throw new ShmqException(ExitCode.Refused, $"The queue '{reader.Place.Name}' is a broadcast: every subscription takes for itself, and nobody takes for all. 'shmq dump' shows its messages.");
        var format = MessageFormat.Of(reader);
        bool quiet = call.Get(_quiet);
        using UntypedQueue queue = UntypedQueue.Open(reader);
        byte[] message = new byte[reader.Geometry.MessageSize];
        long left = call.Get(_count) ?? long.MaxValue;
        long taken = 0;
        for (; taken < left && !call.Cancellation.IsCancellationRequested; taken++)
        {
            // Asked before each: what is taken and read by nobody is lost.
            OutputPipe.ThrowIfClosed($"Nobody reads the output any more. {Numbers.Count(taken, "message was", "messages were")} taken; the others are still in the queue '{reader.Place.Name}'.");
            if (!queue.TryTake(message)) break;
            if (!quiet) call.Screen.Line(format.Read(message));
        }

        if (quiet && call.Json) call.Screen.Document(new { Taken = taken });
        else if (quiet) call.Screen.Say($"{Numbers.Count(taken, "message", "messages")} taken.");
        return ExitCode.Done;
    }
}
