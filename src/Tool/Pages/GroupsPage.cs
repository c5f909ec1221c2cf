using Spectre.Console;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Pages;

/// <summary>A queue's groups and who works on what, for people.</summary>
internal static class GroupsPage
{
    /// <summary>How the group without a name is called: the workers of a queue with acknowledged delivery.</summary>
    private const string Workers = "(workers)";

    public static Table GroupsOf(IReadOnlyList<ShmQueueGroup> groups)
    {
        Table table = Screen.NewTable("GROUP", ">POSITION", ">WAITING", ">LEASED", ">SETTLED", ">GIVEN BACK", ">TAKEN BACK",
            ">DEAD LETTERS", ">MEMBERS");
        foreach (ShmQueueGroup group in groups)
        {
            table.AddRow(Screen.Cell(group.Name ?? Workers, Styles.Name), Screen.Cell(Numbers.Of(group.Position)),
                Screen.Cell(Numbers.Of(group.Waiting)), Screen.Cell(Numbers.Of(group.Leased)), Screen.Cell(Numbers.Of(group.Acknowledged)),
                Screen.Cell(Numbers.Of(group.GivenBack)), Screen.Cell(Numbers.Of(group.TakenBack)),
                Screen.Cell(Numbers.Of(group.DeadLettered), group.DeadLettered > 0 ? Styles.Warning : null),
                Screen.Cell(Numbers.Of(group.Members), group.Members == 0 ? Styles.Warning : null));
        }

        return table;
    }

    /// <summary>The oldest leases of each group; null if nobody works.</summary>
    public static Table? LeasesOf(IReadOnlyList<ShmQueueGroup> groups, int most)
    {
        if (!groups.Any(static g => g.Leases.Count > 0)) return null;
        Table table = Screen.NewTable("LEASE OF", ">POSITION", ">DELIVERY", ">PROCESS", "STATE", "AGE");
        foreach (ShmQueueGroup group in groups)
        {
            string name = group.Name ?? Workers;
            foreach (ShmQueueLease lease in group.Leases.Take(most))
            {
                bool isKnown = lease.ProcessId != 0;
                table.AddRow(Screen.Cell(name, Styles.Name), Screen.Cell(Numbers.Of(lease.Position)), Screen.Cell($"{lease.Deliveries}"),
                    Screen.Cell(isKnown ? $"{lease.ProcessId}" : "?"),
                    lease.IsAlive ? Screen.Cell("alive", Styles.Good) : Screen.Cell("dead", Styles.Bad),
                    Screen.Cell(isKnown ? Numbers.Age(lease.Age) : "?"));
            }

            if (group.Leased > most)
                table.AddRow(Screen.Cell(name, Styles.Name), Screen.Cell($"… {Numbers.Of(group.Leased - most)} more", Styles.Faint));
        }

        return table;
    }
}
