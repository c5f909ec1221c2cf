namespace TypedShmQueue.Tool.Tests;

/// <summary>What the tool says of itself.</summary>
public sealed class HelpTests : ToolTests
{
    private static readonly string[] s_verbs =
        ["ls", "stat", "watch", "tail", "peek", "dump", "schema", "send", "drain", "verify", "doctor", "repair", "gc", "rm", "completion"];

    [Fact]
    public void Help_names_every_verb()
    {
        Answer answer = Run("--help");
        foreach (string verb in s_verbs) answer.Text.ShouldContain($"\n  {verb} ");
        answer.Text.ShouldMatchScreen(Folder.Location);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_of_a_verb_ends_with_examples(string verb)
    {
        string help = Run(verb, "--help").Text;
        help.ShouldContain("\nExamples:\n  ");
        help[help.IndexOf("Examples:", StringComparison.Ordinal)..].ShouldContain($"shmq {verb}");
    }

    public static TheoryData<string> Verbs => new(s_verbs);

    [Theory]
    [InlineData("Unrecognized command or argument 'frob'", "frob")]
    [InlineData("Required argument missing", "stat")]
    [InlineData("is no name for a queue", "stat", "../trades")]
    [InlineData("--count takes a number from 1 on", "dump", "trades", "-n", "0")]
    [InlineData("--interval takes seconds", "tail", "trades", "-i", "0")]
    public void A_command_line_that_makes_no_sense_is_refused(string because, params string[] arguments) => Run(arguments).ShouldRefuse(2, because);

    [Fact]
    public void Shells_complete_commands_and_names_of_queues()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using TradeQueue orders = TradeQueue.Create("orders", Options);
        Complete("shmq d").Take(3).ShouldBe(["doctor", "drain", "dump"]);
        Complete($"shmq dump --directory {Folder.Location} tr").ShouldBe(["trades"]);
        string.Join(' ', Complete($"shmq rm --directory {Folder.Location} trades ")).ShouldContain("orders");
        foreach (string shell in new[] { "bash", "zsh", "fish" }) Run("completion", shell).Text.ShouldContain("[suggest:");
        Run("completion", "cmd").ShouldRefuse(2, "'cmd'");
    }

    [Fact]
    public void The_page_of_the_tool_has_every_verb()
    {
        string page = File.ReadAllText(Path.Combine(Tree.Root, "docs/tool.md"));
        foreach (string verb in s_verbs) page.ShouldContain($"`shmq {verb}", customMessage: verb);
    }

    private static string[] Complete(string line) => Run($"[suggest:{line.Length}]", line).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Answer Run(params IEnumerable<string> arguments)
    {
        using ShmqProcess process = ShmqProcess.Start(arguments);
        return process.Finish();
    }
}
