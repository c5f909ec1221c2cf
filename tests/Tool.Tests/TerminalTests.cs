namespace TypedShmQueue.Tool.Tests;

/// <summary>What the tool does before a person: a page that moves, and a question.</summary>
public sealed class TerminalTests : ToolTests
{
    [TerminalFact]
    public void Watch_shows_figures_that_change_until_ctrl_c()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        for (int i = 0; i < 3; i++) trades.Enqueue(new Trade());
        using ShmqAtTerminal watch = AtTerminal("watch", "trades", "--interval", "0.02");
        watch.WaitFor("CAPACITY");
        // The depth, and then the capacity, each in its column.
        watch.WaitFor("  3         8  ");
        watch.Shown.ShouldNotContain("  5         8  ");
        for (int i = 0; i < 2; i++) trades.Enqueue(new Trade());
        watch.WaitFor("  5         8  ");
        while (trades.TryDequeue(out _))
        {
        }

        watch.WaitFor("  0         8  ");
        watch.TypeControlC();
        watch.Finish().ShouldBe(0);
    }

    [TerminalFact]
    public void Watch_ends_by_itself_when_its_queue_is_deleted()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using ShmqAtTerminal watch = AtTerminal("watch", "trades", "--interval", "0.02");
        watch.WaitFor("open");
        trades.Delete();
        watch.WaitFor("deleted");
        watch.Finish().ShouldBe(0);
    }

    [TerminalFact]
    public void Watch_begins_anew_on_an_empty_screen_after_a_resize()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options), orders = TradeQueue.Create("orders", Options);
        using ShmqAtTerminal watch = AtTerminal("watch", "--interval", "0.02");
        watch.WaitFor("DISPLACED");
        watch.Shown.ShouldNotContain("\u001b[2J");
        watch.Resize(columns: 60, rows: 40);
        watch.WaitFor("\u001b[H\u001b[2J");
        for (int i = 0; i < 5; i++) trades.Enqueue(new Trade());
        Worker.WaitUntil(() => After(watch.Shown, "\u001b[2J").Contains("trades", StringComparison.Ordinal), "a page in the new width");
        After(watch.Shown, "\u001b[2J").ShouldNotContain("DISPLACED");
        // A page that is higher than the terminal is cut, so that the next one finds its beginning.
        watch.Resize(columns: 60, rows: 3);
        watch.WaitFor("… 2 more");
        watch.TypeControlC();
        watch.Finish().ShouldBe(0);
        watch.Shown.ShouldEndWith("\u001b[?25h", Case.Sensitive, "the cursor is there again");
    }

    private static string After(string text, string mark) => text[(text.LastIndexOf(mark, StringComparison.Ordinal) + mark.Length)..];

    [TerminalFact]
    public void Before_a_narrow_terminal_no_cell_is_folded()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using ShmqAtTerminal ls = ShmqAtTerminal.Start(columns: 30, "ls", "--directory", Folder.Location);
        ls.Finish().ShouldBe(0);
        // The terminal itself folds the line, where it is at its end.
        ls.Shown.ShouldContain("trades");
        ls.Shown.ShouldMatch(@"Trade +0 +8 +many→many +1 +\d+ KiB +open\r\n");
    }

    [TerminalFact]
    public void Watch_leaves_out_what_a_narrow_terminal_has_no_room_for()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using (ShmqAtTerminal wide = ShmqAtTerminal.Start(columns: 120, "watch", "--count", "1", "--directory", Folder.Location))
        {
            wide.Finish().ShouldBe(0);
            wide.Shown.ShouldContain("DISPLACED");
        }

        using ShmqAtTerminal narrow = ShmqAtTerminal.Start(columns: 80, "watch", "--count", "1", "--directory", Folder.Location);
        narrow.Finish().ShouldBe(0);
        narrow.Shown.ShouldNotContain("DISPLACED");
        foreach (string heading in new[] { "QUEUE", "FILL", "DEPTH", "IN/S", "OUT/S", "STATE" }) narrow.Shown.ShouldContain(heading);
    }

    [TerminalTheory]
    [InlineData("n")]
    [InlineData("")]
    [InlineData("yesterday")]
    public void Rm_keeps_a_queue_unless_somebody_says_yes(string answer)
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        trades.Enqueue(new Trade());
        using ShmqAtTerminal rm = AtTerminal("rm", "trades");
        rm.WaitFor("Delete the queue 'trades' with 1 message in it and 1 handle attached? [y/N] ");
        rm.Type(answer + "\n");
        rm.Finish().ShouldBe(5);
        rm.Shown.ShouldContain("'trades' was not deleted: it was not confirmed.");
        (TradeQueue.Exists("trades", Options), trades.IsDeleted, trades.Count).ShouldBe((true, false, 1));
    }

    [TerminalFact]
    public void Rm_deletes_a_queue_when_somebody_says_yes()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using ShmqAtTerminal rm = AtTerminal("rm", "trades");
        rm.WaitFor("[y/N] ");
        TradeQueue.Exists("trades", Options).ShouldBeTrue("it has only asked");
        rm.Type("y\n");
        rm.Finish().ShouldBe(0);
        rm.Shown.ShouldContain("'trades' is deleted.");
        (TradeQueue.Exists("trades", Options), trades.IsDeleted).ShouldBe((false, true));
    }

    [TerminalFact]
    public void Rm_asks_for_each_queue_of_several()
    {
        using TradeQueue one = TradeQueue.Create("one", Options), two = TradeQueue.Create("two", Options);
        using ShmqAtTerminal rm = AtTerminal("rm", "one", "two");
        rm.WaitFor("Delete the queue 'one'");
        rm.Type("n\n");
        rm.WaitFor("Delete the queue 'two'");
        rm.Type("yes\n");
        rm.Finish().ShouldBe(5);
        (one.IsDeleted, two.IsDeleted).ShouldBe((false, true));
    }

    [TerminalFact]
    public void Rm_deletes_the_queue_it_asked_about_and_no_successor()
    {
        using TradeQueue asked = TradeQueue.Create("trades", Options);
        using ShmqAtTerminal rm = AtTerminal("rm", "trades");
        rm.WaitFor("Delete the queue 'trades' with 0 messages in it");
        asked.Delete();
        using TradeQueue successor = TradeQueue.Create("trades", Options);
        successor.Enqueue(new Trade { Id = 1 });
        rm.Type("y\n");
        rm.Finish().ShouldBe(3);
        rm.Shown.ShouldContain("was deleted by another process in the meantime");
        (successor.IsDeleted, successor.Count, TradeQueue.Exists("trades", Options)).ShouldBe((false, 1, true));
    }

    [Fact]
    public void Rm_without_a_terminal_refuses_and_says_what_to_do()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using (ShmqProcess rm = Start("rm", "trades")) rm.Tell("y\n").Finish().ShouldRefuse(5, "Use --yes to delete it");
        (TradeQueue.Exists("trades", Options), trades.IsDeleted).ShouldBe((true, false));
        Shmq("rm", "trades", "--yes").Text.ShouldBe("'trades' is deleted.\n");
        TradeQueue.Exists("trades", Options).ShouldBeFalse();
    }

    private ShmqAtTerminal AtTerminal(params IEnumerable<string> arguments) =>
        ShmqAtTerminal.Start([.. arguments, "--directory", Folder.Location]);
}
