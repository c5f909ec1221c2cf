using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TypedShmQueue.Tool.Tests;

/// <summary>
/// Whoever reads the tool's output goes after the first line, as <c>head -1</c> does: the tool ends too, and takes nothing more.
/// </summary>
public sealed partial class ClosedPipeTests : ToolTests
{
    // More lines than a pipe and its reader hold.
    private const int Messages = 16384;

    [Theory]
    [InlineData("tail", "trades", "--all")]
    [InlineData("tail", "trades", "--all", "--json")]
    [InlineData("watch", "trades")]
    [InlineData("watch", "trades", "--json", "--interval", "0.01")]
    public void What_goes_on_until_it_is_told_ends(params string[] arguments)
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        trades.Enqueue(new Trade());
        Answer answer = ReadOneLine(arguments);
        (answer.ExitCode, answer.Error).ShouldBe((141, ""));
    }

    [Theory]
    [InlineData("dump", "trades")]
    [InlineData("dump", "trades", "--csv")]
    public void Dump_does_not_go_on_to_the_end(params string[] arguments)
    {
        using TradeQueue trades = Full();
        Answer answer = ReadOneLine(arguments);
        (answer.ExitCode, answer.Error).ShouldBe((141, ""));
        trades.Count.ShouldBe(Messages);
    }

    [Fact]
    public void Drain_leaves_in_the_queue_what_nobody_would_read()
    {
        using TradeQueue trades = Full();
        Answer answer = ReadOneLine("drain", "trades");
        answer.ShouldRefuse(141, "still in the queue 'trades'");
        // The reader may have gone while one was being written: then that one is part of the error.
        bool isOneTold = answer.Error.Contains("One message was taken but not completely written. It is: {", StringComparison.Ordinal);
        long taken = (isOneTold
            ? 1
            : 0) + long.Parse(Taken().Match(answer.Error).Groups["count"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        taken.ShouldBeInRange(1, Messages - 1);
        trades.Count.ShouldBe(Messages - (int)taken);
    }

    [GeneratedRegex("(?<count>[0-9,]+) messages? (was|were) taken", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Taken();

    private TradeQueue Full()
    {
        TradeQueue trades = TradeQueue.Create("trades", Options with { Capacity = Messages });
        for (int i = 0; i < Messages; i++) trades.Enqueue(new Trade { Id = i });
        return trades;
    }

    private Answer ReadOneLine(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(ShmqProcess.Command[0],
            [.. ShmqProcess.Command[1..], .. arguments, "--directory", Folder.Location])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process tool = Process.Start(start)!;
        try
        {
            string? line = tool.StandardOutput.ReadLine();
            tool.StandardOutput.Close();
            Task<string> error = tool.StandardError.ReadToEndAsync();
            tool.WaitForExit(Worker.Patience).ShouldBeTrue("the tool ends");
            return new Answer(tool.ExitCode, line!, error.Result);
        }
        finally
        {
            if (!tool.HasExited) tool.Kill();
            tool.WaitForExit();
        }
    }
}
