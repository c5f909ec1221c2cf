using System.CommandLine;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Writes every message that a queue holds.</summary>
internal sealed class DumpVerb : Verb
{
    private readonly Option<bool> _csv = new("--csv") { Description = "Write CSV with a column for each field, instead of JSON lines." };
    private readonly Option<long?> _count = CommonOptions.Count("At most this many, oldest first.");
    private readonly Option<int?> _elements = CommonOptions.Elements("All, unless given.");

    public DumpVerb() : base("dump", "Write all messages as JSON lines or CSV, oldest first, without taking them.",
        "shmq dump trades",
        "shmq dump trades --csv > trades.csv",
        "shmq dump frames --elements 4",
        "shmq dump trades | jq 'select(.message.Price > 100)'")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_csv);
        Options.Add(_count);
        Options.Add(_elements);
        Validators.Add(result =>
        {
            if (result.GetValue(_csv) && result.GetValue(CommonOptions.Json))
                result.AddError("--csv and --json exclude each other: use one of them.");
        });
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
        var format = MessageFormat.Of(queue);
        bool csv = call.Get(_csv);
        int most = call.Get(_elements) ?? int.MaxValue;
        MessageLines lines = new(call.Screen, format, most);
        if (csv) Csv.Write(call.Screen.Out, [("position", false), .. format.Columns(most).Select(static column => (column, false))]);
        MessageWalk walk = new(queue);
        foreach (MessageWalk at in walk.Over(call.Get(_count) ?? long.MaxValue))
        {
            if (call.Cancellation.IsCancellationRequested) break;
            OutputPipe.ThrowIfClosed();
            if (csv)
            {
                Csv.Write(call.Screen.Out, format.ReadColumns(at.Message, most).Prepend(($"{at.Position}", true)));
                continue;
            }

            lines.Format(at.Message, at.Position);
            lines.Write();
        }

        if (!walk.IsPossible)
            call.Screen.Warn($"The head or tail of the queue is corrupt, so all messages in its slots are shown, whether they were taken "
                + $"or not. Run {Advice.Command("doctor", queue.Place)} for details.");
        if (walk.Taken > 0) call.Screen.Warn($"{Numbers.Count(walk.Taken, "message was", "messages were")} taken by consumers meanwhile.");
        if (walk.BeingWritten > 0)
            call.Screen.Warn($"{Numbers.Count(walk.BeingWritten, "position has", "positions have")} no message yet: "
                + $"a process is writing it, or died. Run {Advice.Command("doctor", queue.Place)} to see which.");
        return walk.IsPossible ? ExitCode.Done : ExitCode.Unusable;
    }
}
