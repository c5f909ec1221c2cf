using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Writes every message that a queue holds.</summary>
internal sealed class DumpVerb : Verb
{
    private readonly Option<bool> _csv = new("--csv") { Description = "Write CSV with a column for each field, instead of JSON lines." };
    private readonly Option<long?> _count = CommonOptions.Count("At most so many, the oldest.");

    public DumpVerb() : base("dump", "Write all messages in the queue, oldest first, and leave them there: JSON lines, or CSV.",
        "shmq dump trades",
        "shmq dump trades --csv > trades.csv",
        "shmq dump trades | jq 'select(.message.Price > 100)'")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_csv);
        Options.Add(_count);
        Validators.Add(result =>
        {
            if (result.GetValue(_csv) && result.GetValue(CommonOptions.Json)) result.AddError("--csv and --json are two forms: give one.");
        });
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
        var format = MessageFormat.Of(queue);
        bool csv = call.Get(_csv);
        if (csv) Csv.Write(call.Screen.Out, ["position", .. format.Columns]);
        MessageWalk walk = new(queue);
        foreach (MessageWalk at in walk.Over(call.Get(_count) ?? long.MaxValue))
        {
            if (call.Cancellation.IsCancellationRequested) break;
            OutputPipe.ThrowIfClosed();
            if (csv) Csv.Write(call.Screen.Out, [$"{at.Position}", .. format.ReadColumns(at.Message)]);
            else call.Screen.Line(new MessageLine(at.Position, format.Read(at.Message)));
        }

        if (walk.Taken > 0) call.Screen.Warn($"{Numbers.Count(walk.Taken, "message was", "messages were")} taken by consumers meanwhile.");
        if (walk.BeingWritten > 0) call.Screen.Warn($"{Numbers.Count(walk.BeingWritten, "position has", "positions have")} no message yet: somebody is writing it, or died. 'shmq doctor {queue.Place.Name}' knows.");
        return ExitCode.Done;
    }
}
