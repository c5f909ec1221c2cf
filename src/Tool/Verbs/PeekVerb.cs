using System.CommandLine;
using Spectre.Console;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Shows the oldest messages, a field a line.</summary>
internal sealed class PeekVerb : Verb
{
    private readonly Option<long?> _count = CommonOptions.Count("Show this many messages. Default: 1.");
    private readonly Option<string?> _group =
        GroupOption.New("Only the messages that this group of a broadcast queue has not settled, and who has them.");
    private readonly Option<int?> _elements = CommonOptions.Elements("Default: 16, or all with --json.");

    public PeekVerb() : base("peek", "Show the oldest messages, one field on each line, without taking them.",
        "shmq peek trades",
        "shmq peek trades --count 3")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_count);
        Options.Add(_group);
        Options.Add(_elements);
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
        var format = MessageFormat.Of(queue);
        const int MostElements = 16;
        int most = call.Get(_elements) ?? (call.Json ? int.MaxValue : MostElements);
        MessageLines lines = new(call.Screen, format, most);
        bool any = false;
        foreach (MessageWalk at in new MessageWalk(queue, GroupOption.Of(queue, call.Get(_group))).Over(call.Get(_count) ?? 1))
        {
            any = true;
            if (!call.Json)
            {
                Show(call.Screen, format, at, most);
                continue;
            }

            lines.Format(at.Message, at.Position, at.State);
            lines.Write();
        }

        if (!any && !call.Json) call.Screen.Say($"The queue '{queue.Place.Name}' holds no message.");
        return ExitCode.Done;
    }

    private static void Show(Screen screen, MessageFormat format, MessageWalk at, int most)
    {
        if (Screen.IsLive)
        {
            screen.Write(PageOf(format, at, most));
            return;
        }

        // The same page without a terminal's colours, whatever the length of its lines.
        const string Heading = "MESSAGE";
        IReadOnlyList<string> fields = [.. format.Columns(most).Select(Plain.Text)];
        int width = fields.Select(static field => field.GetCellWidth()).Append(Heading.Length).Max();
        screen.Say($"{Heading.PadRight(width)}  {HeadingOf(at)}");
        foreach ((string field, string value) in fields.Zip(format.ReadColumns(at.Message, most).Select(static cell => cell.Text)))
            screen.Say($"{field}{new string(' ', width - field.GetCellWidth())}  {value}".TrimEnd());
    }

    private static string HeadingOf(MessageWalk at) => $"{Numbers.Of(at.Position)}{(at.State is { } state ? $", {state}" : "")}";

    private static Table PageOf(MessageFormat format, MessageWalk at, int most)
    {
        Table page = Screen.NewTable("MESSAGE", HeadingOf(at));
        foreach ((string field, string value) in format.Columns(most)
            .Zip(format.ReadColumns(at.Message, most).Select(static cell => cell.Text)))
            page.AddRow(Screen.Cell(field, Styles.Name), Screen.Cell(value));
        return page;
    }
}
