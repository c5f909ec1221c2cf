using System.Globalization;
using Spectre.Console;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Pages;

/// <summary>A queue's facts, for people.</summary>
internal static class FactsPage
{
    /// <summary>Of so many leases each is shown; JSON has them all.</summary>
    private const int MostLeases = 20;

    public static void Show(Screen screen, QueueFacts queue, ShmQueueOptions place)
    {
        Table facts = Screen.NewTable("QUEUE", queue.Name);
        Row(facts, "file", $"{queue.Path}, {Numbers.Bytes(queue.FileBytes)}");
        Row(facts, "state", queue.State switch { QueueState.Open => "open", QueueState.Completed =>
            "completed: no message can be sent any more", _ =>
                $"deleted, but its name is not freed yet: run {Advice.Command("gc", place)}" });
        Row(facts, "message", $"{queue.Message ?? "?"}, {Numbers.Count(queue.MessageBytes, "byte", "bytes")}, schema {queue.SchemaId}");
        Row(facts, "roles", $"{queue.Roles}   (producers {queue.Producers}, consumers {queue.Consumers}, overflow {queue.Overflow}, "
            + $"delivery {queue.Delivery})");
        Row(facts, "depth", $"{Numbers.Of(queue.Depth)} of {Numbers.Of(queue.Capacity)}");
        Row(facts, "enqueued", Numbers.Of(queue.Enqueued));
        if (queue.Dequeued is { } dequeued) Row(facts, "dequeued", Numbers.Of(dequeued));
        Row(facts, "displaced", Numbers.Of(queue.Displaced));
        Row(facts, "abandoned", $"{Numbers.Of(queue.Abandoned)}, of which {Numbers.Of(queue.Recovered)} after a death");
        if (queue.Durable is { } durable)
        {
            Row(facts, "committed", $"positions below {Numbers.Of(durable.Committed)}; "
                + $"{Numbers.Count(durable.Uncommitted, "message is", "messages are")} not committed");
            Row(facts, "journal", $"{Numbers.Bytes(durable.JournalBytes)}, generation {Numbers.Of(durable.Generation)}, "
                + $"{Numbers.Count(durable.Commits, "commit", "commits")}"
                + $" since the ring was made ({Numbers.Bytes(durable.RingBytes)} of memory)");
            if (durable.Commits > 0)
            {
                Row(facts, "a commit", $"{Numbers.Microseconds(durable.MeanCommitMicroseconds)} on average, "
                    + $"{Numbers.Microseconds(durable.LongestCommitMicroseconds)} at most, "
                    + $"{Numbers.Microseconds(durable.LastCommitMicroseconds)} the last; "
                    + $"{durable.MessagesPerCommit.ToString("N1", CultureInfo.InvariantCulture)} messages in each");
            }
        }

        if (queue.Retention is { } retention) Row(facts, "retention", retention.ToString("c"));
        Row(facts, "created", $"{Numbers.Time(queue.CreatedAt)} by process {queue.CreatorProcessId}");
        Row(facts, "attached", $"{queue.Attached} of {queue.MaxParticipants}{(queue.Dead > 0 ? $", and {queue.Dead} dead" : "")}");
        if (queue is { Groups.Count: > 0, MaxLeases: { } leaseEntries })
            Row(facts, "lease entries", $"{Numbers.Of(queue.LeaseEntries ?? 0)} of {Numbers.Of(leaseEntries)}");
        screen.Write(facts);
        if (queue.Participants.Count > 0) screen.Write(ParticipantsOf(queue));
        if (queue.Subscriptions is { Count: > 0 } subscriptions) screen.Write(SubscriptionsOf(subscriptions));
        if (queue.Groups is not { Count: > 0 } groups) return;
        screen.Write(GroupsPage.GroupsOf(groups));
        if (GroupsPage.LeasesOf(groups, MostLeases) is { } leases) screen.Write(leases);
    }

    public static Table ParticipantsOf(QueueFacts queue)
    {
        Table table = Screen.NewTable(">PROCESS", "NAME", "JOINED", ">PARKED", "STATE");
        foreach (ShmQueueParticipant p in queue.Participants)
            table.AddRow(Screen.Cell($"{p.ProcessId}"), Screen.Cell(p.ProcessName, Styles.Name), Screen.Cell(Numbers.Time(p.JoinedAt)),
                Screen.Cell(Numbers.Of(p.Parked)), p.IsAlive ? Screen.Cell("alive", Styles.Good) : Screen.Cell("dead", Styles.Bad));
        return table;
    }

    public static Table SubscriptionsOf(IReadOnlyList<ShmQueueSubscription> subscriptions)
    {
        Table table = Screen.NewTable("SUBSCRIPTION", ">POSITION", ">LAG", ">MISSED", "KIND", "HOLDER");
        foreach (ShmQueueSubscription s in subscriptions)
        {
            table.AddRow(Screen.Cell(s.Name ?? "(anonymous)", Styles.Name), Screen.Cell(Numbers.Of(s.Position)),
                Screen.Cell(Numbers.Of(s.Lag)), Screen.Cell(Numbers.Of(s.Missed)),
                Screen.Cell(s.IsLossy ? "lossy" : "waited for"), s.IsAlive
                    ? Screen.Cell($"process {s.ProcessId}", Styles.Good)
                    : Screen.Cell("nobody", Styles.Warning));
        }

        return table;
    }

    private static void Row(Table table, string name, string value) => table.AddRow(Screen.Cell(name, Styles.Faint), Screen.Cell(value));
}
