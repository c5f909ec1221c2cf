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
    private readonly Option<string?> _group =
        GroupOption.New("Only the messages that this group of a broadcast queue has not settled, and who has them.");
    private readonly Option<int?> _elements = CommonOptions.Elements("All, unless given.");

    public DumpVerb() : base("dump", "Write all messages as JSON lines or CSV, oldest first, without taking them. With acknowledged "
        + "delivery, each line says whether the message waits or is leased, and by whom.",
        "shmq dump trades",
        "shmq dump trades --csv > trades.csv",
        "shmq dump frames --elements 4",
        "shmq dump orders --group billing",
        "shmq dump trades | jq 'select(.message.Price > 100)'")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_csv);
        Options.Add(_count);
        Options.Add(_group);
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
        MessageWalk walk = new(queue, GroupOption.Of(queue, call.Get(_group)));
        if (csv)
            Csv.Write(call.Screen.Out, [.. Columns(walk.HasStates).Concat(format.Columns(most)).Select(static column => (column, false))]);
        foreach (MessageWalk at in walk.Over(call.Get(_count) ?? long.MaxValue))
        {
            if (call.Cancellation.IsCancellationRequested) break;
            OutputPipe.ThrowIfClosed();
            if (csv)
            {
                Csv.Write(call.Screen.Out, [($"{at.Position}", true), .. CellsOf(at.State), .. format.ReadColumns(at.Message, most)]);
                continue;
            }

            lines.Format(at.Message, at.Position, at.State);
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

    private static string[] Columns(bool hasStates) => hasStates
        ? [DumpedLine.Position, DumpedLine.State, DumpedLine.Deliveries, DumpedLine.ProcessId]
        : [DumpedLine.Position];

    private static IEnumerable<(string Text, bool IsNumber)> CellsOf(MessageState? state) => state == null
        ? []
        : [(state.Name, false), ($"{state.Deliveries}", true), ($"{state.ProcessId}", true)];
}
