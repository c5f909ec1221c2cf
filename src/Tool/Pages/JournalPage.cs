using Spectre.Console;
using TypedShmQueue.Tool.Queues;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Pages;

/// <summary>What a journal holds whose ring is not in memory, for people.</summary>
internal static class JournalPage
{
    public static void Show(Screen screen, JournalFacts journal, ShmQueueOptions place)
    {
        Table facts = Screen.NewTable("QUEUE", journal.Name);
        Row("file", $"{journal.Path}, {Numbers.Bytes(journal.JournalBytes)}");
        Row("state", journal.IsOpenElsewhere
            ? "open in a process whose memory is not visible here"
            : journal.HasLoss ? $"damaged: run {Advice.Command("verify", place, journal.Name)}"
            : "on disk: the next process that opens it recovers it");
        Row("message", $"{journal.Message ?? "?"}, {Numbers.Count(journal.MessageBytes, "byte", "bytes")}");
        Row("roles", journal.Roles);
        Row("positions", journal.End > journal.Head
            ? $"{Numbers.Of(journal.Head)} to {Numbers.Of(journal.End - 1)}, capacity {Numbers.Of(journal.Capacity)}"
            : $"none, the next is {Numbers.Of(journal.End)}, capacity {Numbers.Of(journal.Capacity)}");
        if (journal.IsCompleted) Row("completed", "no message can be sent any more");
        Row("generation", $"{Numbers.Of(journal.Generation)}, with {Numbers.Count(journal.Blocks, "block", "blocks")}");
        Row("created", Numbers.Time(journal.CreatedAt));
        if (journal.Damage is { } damage) Row("damage", damage);
        if (journal.Lost.Count > 0) Row("lost", string.Join(", ", journal.Lost));
        screen.Write(facts);

        void Row(string name, string value) => facts.AddRow(Screen.Cell(name, Styles.Faint), Screen.Cell(value));
    }
}
