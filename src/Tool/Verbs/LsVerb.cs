using System.CommandLine;
using Spectre.Console;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>Lists the queues of a folder.</summary>
internal sealed class LsVerb : Verb
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also list the other files of the folder." };

    public LsVerb() : base("ls", "List the queues, and count the other files of the folder.",
        "shmq ls                            this user's queues",
        "shmq ls -d /srv/queues --shared    the queues of a shared folder",
        "shmq ls --json | jq -r '.[] | select(.depth > 0).name'") => Options.Add(_all);

    protected override int Run(Call call)
    {
        ShmQueueOptions options = call.Options;
        QueueFolder folder = QueueFolder.Of(options);
        List<QueueListing> queues = [.. folder.Queues.Select(name => QueueListing.Of(name, options)).OfType<QueueListing>()];
        bool all = call.Get(_all);
        if (all)
            queues = [.. queues.Concat(folder.Others.Select(QueueListing.OfForeign))
                .OrderBy(static queue => queue.Name, StringComparer.Ordinal)];
        if (call.Json)
        {
            call.Screen.Document(queues);
            return ExitCode.Done;
        }

        if (queues.Count == 0) call.Screen.Say($"No queues in '{call.Directory}'.");
        else call.Screen.Write(TableOf(queues));
        if (folder.Others.Count > 0 && !all)
            call.Screen.Say($"{Numbers.Count(folder.Others.Count, "other file is", "other files are")} in the folder.");
        return ExitCode.Done;
    }

    private static Table TableOf(IReadOnlyList<QueueListing> queues)
    {
        Table table = Screen.NewTable("QUEUE", "MESSAGE", ">DEPTH", ">CAPACITY", "ROLES", ">ATTACHED", ">SIZE", "STATE");
        foreach (QueueListing queue in queues)
        {
            if (queue.Trouble is { } trouble)
            {
                table.AddRow(Screen.Cell(queue.Name), Screen.Cell("?"), Cell(null), Cell(null), Screen.Cell(""), Cell(null),
                    Screen.Cell(""), Screen.Cell(trouble, queue.State == QueueState.NoQueue ? Styles.Faint : Styles.Bad));
                continue;
            }

            table.AddRow(
                Screen.Cell(queue.Name, Styles.Name), Screen.Cell(queue.Message ?? "?"),
                    Cell(queue.Depth, queue.Depth == queue.Capacity ? Styles.Warning : null), Cell(queue.Capacity),
                Screen.Cell(queue.Roles ?? ""), Cell(queue.Attached), Screen.Cell(Numbers.Bytes(queue.FileBytes ?? 0)),
                Screen.Cell(StateOf(queue), queue.Dead > 0 || queue.State != QueueState.Open ? Styles.Warning : null));
        }

        return table;
    }

    private static string StateOf(QueueListing queue)
    {
        string state = queue.State switch { QueueState.Open => "open", QueueState.Completed => "completed", QueueState.OnDisk =>
            "on disk", _ =>
            "deleted, name not freed" };
        if (queue.Leased > 0) state += $", {queue.Leased} leased";
        return queue.Dead > 0 ? $"{state}, {queue.Dead} dead" : state;
    }

    private static Text Cell(long? number, Style? style = null) => Screen.Cell(number is { } n ? Numbers.Of(n) : "", style);
}
