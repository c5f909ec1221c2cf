using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Pages;

/// <summary>What <c>watch</c> shows a person: a row for each queue, with as many columns as the terminal has room for.</summary>
internal static class WatchPage
{
    /// <summary>Of each group, the oldest leases: those that the others wait for.</summary>
    private const int MostLeases = 5;

    /// <summary>The higher the rank, the sooner a column is left out.</summary>
    private sealed record Column(int Rank, string Heading, Func<QueueWatch, Text> Cell)
    {
        /// <summary>Which queues have it; none of them there, it is left out.</summary>
        public Func<QueueFacts, bool> Of { get; init; } = static _ => true;
    }

    private static readonly Column[] s_columns =
    [
        new(0, "QUEUE", static watch => Screen.Cell(watch.Facts.Name, Styles.Name)),
        new(3, "FILL", static watch => Screen.Cell(watch.Depths, watch.Facts.Depth == watch.Facts.Capacity ? Styles.Warning : Styles.Good)),
        new(0, ">DEPTH", static watch => Screen.Cell(Numbers.Of(watch.Facts.Depth))),
        new(5, ">CAPACITY", static watch => Screen.Cell(Numbers.Of(watch.Facts.Capacity))),
        new(1, ">IN/S", static watch => Screen.Cell(Rate(watch.EnqueuedPerSecond))),
        new(1, ">OUT/S", static watch => Screen.Cell(Rate(watch.DequeuedPerSecond))),
        new(2, ">LEASED", static watch => Screen.Cell(Leased(watch.Facts))) { Of = static queue => queue.Groups is { Count: > 0 } },
        new(2, ">UNCOMMITTED", static watch => Screen.Cell(watch.Facts.Durable is { } durable ? Numbers.Of(durable.Uncommitted) : "-"))
            { Of = static queue => queue.Durable != null },
        new(5, ">COMMIT", static watch => Screen.Cell(watch.Facts.Durable is { Commits: > 0 } durable
            ? Numbers.Microseconds(durable.LastCommitMicroseconds) : "-")) { Of = static queue => queue.Durable != null },
        new(6, ">DISPLACED", static watch => Screen.Cell(Numbers.Of(watch.Facts.Displaced))),
        new(4, ">ATTACHED", static watch => Screen.Cell(Attached(watch.Facts))),
        new(2, "STATE", static watch => Screen.Cell(watch.Facts.State.ToString().ToLowerInvariant())),
    ];

    public static IEnumerable<IRenderable> Of(IReadOnlyList<QueueWatch> watches, int width)
    {
        List<IRenderable> rows = [TableWithin(watches, width)];
        foreach (QueueFacts queue in watches.Select(static watch => watch.Facts))
        {
            // Of many queues only what does not fit a row; of one, everything.
            if (queue.Subscriptions is { Count: > 0 } subscriptions)
                rows.AddRange([Screen.Cell(""), FactsPage.SubscriptionsOf(subscriptions)]);
            if (queue.Groups is { Count: > 0 } groups)
            {
                rows.AddRange([Screen.Cell(""), GroupsPage.GroupsOf(groups)]);
                if (watches.Count == 1 && GroupsPage.LeasesOf(groups, MostLeases) is { } leases) rows.AddRange([Screen.Cell(""), leases]);
            }

            if (watches.Count == 1 && queue.Participants.Count > 0) rows.AddRange([Screen.Cell(""), FactsPage.ParticipantsOf(queue)]);
        }

        return rows;
    }

    /// <summary>Messages a second; a stroke where nobody counts them.</summary>
    public static string Rate(double? perSecond) => perSecond is { } rate ? rate.ToString("N0", CultureInfo.InvariantCulture) : "-";

    /// <summary>Messages that somebody works on; a stroke where nobody takes leases.</summary>
    public static string Leased(QueueFacts queue) => queue.Groups is { } groups ? Numbers.Of(groups.Sum(static g => g.Leased)) : "-";

    public static string Attached(QueueFacts queue) => queue.Dead > 0 ? $"{queue.Attached}, {queue.Dead} dead" : $"{queue.Attached}";

    /// <summary>
    /// The table with the most columns that fits, else the narrowest: on a page that moves, a folded row cannot be followed.
    /// </summary>
    private static Table TableWithin(IReadOnlyList<QueueWatch> watches, int width)
    {
        List<Column> columns = [.. s_columns.Where(column => watches.Any(watch => column.Of(watch.Facts)))];
        int rank = columns.Max(static column => column.Rank);
        while (true)
        {
            Table table = Screen.NewTable(columns.Where(column => column.Rank <= rank).Select(static column => column.Heading));
            foreach (QueueWatch watch in watches)
                table.AddRow(columns.Where(column => column.Rank <= rank).Select(column => column.Cell(watch)));
            if (rank-- == 0 || Screen.WidthOf(table) <= width) return table;
        }
    }
}
