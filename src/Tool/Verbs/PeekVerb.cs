using System.CommandLine;
using Spectre.Console;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Shows the oldest messages, a field a line.</summary>
internal sealed class PeekVerb : Verb
{
    private readonly Option<long?> _count = CommonOptions.Count("So many of the oldest messages; one, unless given.");

    public PeekVerb() : base("peek", "Show the oldest messages, a field a line, and leave them there.",
        "shmq peek trades",
        "shmq peek trades --count 3")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_count);
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
        var format = MessageFormat.Of(queue);
        bool any = false;
        foreach (MessageWalk at in new MessageWalk(queue).Over(call.Get(_count) ?? 1))
        {
            any = true;
            if (call.Json) call.Screen.Line(new MessageLine(at.Position, format.Read(at.Message)));
            else call.Screen.Write(PageOf(format, at));
        }

        if (!any && !call.Json) call.Screen.Say($"The queue '{queue.Place.Name}' holds no message.");
        return ExitCode.Done;
    }

    private static Table PageOf(MessageFormat format, MessageWalk at)
    {
        Table page = Screen.NewTable("MESSAGE", Numbers.Of(at.Position));
        foreach ((string field, string value) in format.Columns.Zip(format.ReadColumns(at.Message)))
            page.AddRow(Screen.Cell(field, Styles.Name), Screen.Cell(value));
        return page;
    }
}
