namespace TypedShmQueue.Tool.Tests;

/// <summary>What the tool says of itself.</summary>
public sealed class HelpTests : ToolTests
{
    private static readonly string[] s_verbs =
        ["ls", "stat", "watch", "tail", "peek", "dump", "export", "schema", "create", "send", "drain", "redrive", "bridge", "verify",
            "doctor", "repair", "return", "gc", "rm", "completion"];

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
    [InlineData("is not a valid queue name", "stat", "../trades")]
    [InlineData("--count takes a number of 1 or more, not '0'", "dump", "trades", "-n", "0")]
    [InlineData("--count takes a number of 1 or more, not 'many'", "dump", "trades", "-n", "many")]
    [InlineData("--count takes a number of 1 or more", "tail", "trades", "-n", "99999999999999999999")]
    [InlineData("--interval takes seconds from 0.01 to 3600, not '0'", "tail", "trades", "-i", "0")]
    [InlineData("--interval takes seconds from 0.01 to 3600", "watch", "trades", "-i", "inf")]
    [InlineData("--wait takes seconds from 0 to 86400", "send", "trades", "{}", "--wait", "a while")]
    [InlineData("--as takes pretty, json, text, csharp or c, not 'java'", "schema", "trades", "--as", "java")]
    [InlineData("--csv and --json exclude each other", "dump", "trades", "--csv", "--json")]
    [InlineData("--elements takes a number of 0 or more, not '-1'", "peek", "trades", "-e", "-1")]
    [InlineData("--input takes messages or dump, not 'csv'", "send", "trades", "{}", "--input", "csv")]
    [InlineData("Give --like or --schema", "create", "trades")]
    [InlineData("--delivery takes queue or broadcast or acknowledged, not 'once'", "create", "trades", "--like", "x", "--delivery", "once")]
    [InlineData("--max-leases takes a number, not '-1'", "create", "trades", "--like", "x", "--max-leases", "-1")]
    [InlineData("--position takes a number of 0 or more, not '-1'", "return", "trades", "--position", "-1")]
    [InlineData("Option '--position' is required", "return", "trades")]
    [InlineData("Required argument missing", "redrive", "trades")]
    [InlineData("--wait takes seconds from 0 to 86400", "redrive", "dead", "trades", "--wait", "-1")]
    [InlineData("--permissions takes three octal digits, such as 660, not 'rw'", "create", "trades", "--like", "x", "--permissions", "rw")]
    [InlineData("--producers takes many or one, not '2'", "create", "trades", "--like", "x", "--producers", "2")]
    [InlineData("Give either --to, to publish", "bridge", "trades", "--subject", "s")]
    [InlineData("Give the name of the durable consumer", "bridge", "trades", "--subject", "s", "--from", "nats://h:1")]
    [InlineData("--to takes the address of a server, such as nats://127.0.0.1:4222, not 'h'", "bridge", "t", "--to", "h", "--subject", "s")]
    [InlineData("--window takes a number from 1 to 16384, not '0'", "bridge", "t", "--to", "nats://h", "--subject", "s", "--window", "0")]
    [InlineData("name one with --subject or --stream", "tail", "nats://h:1")]
    [InlineData("is not a known encoding", "ls", "--encoding", "klingon")]
    [InlineData("--directory takes the path of a folder", "ls", "--directory", "")]
    [InlineData("Must be one of: 'bash' 'zsh' 'fish' 'pwsh'", "completion", "tcsh")]
    public void A_command_line_that_makes_no_sense_is_refused(string because, params string[] arguments) =>
        Run(arguments).ShouldRefuse(2, because);

    [Fact]
    public void Shells_complete_commands_and_names_of_queues()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using TradeQueue orders = TradeQueue.Create("orders", Options);
        Complete("shmq d").Take(3).ShouldBe(["doctor", "drain", "dump"]);
        File.WriteAllText(Folder.PathOf("traps.txt"), "no queue");
        Complete($"shmq dump --directory {Folder.Location} tr").ShouldBe(["trades"]);
        string.Join(' ', Complete($"shmq rm --directory {Folder.Location} trades ")).ShouldContain("orders");
        foreach (string shell in new[] { "bash", "zsh", "fish", "pwsh" }) Run("completion", shell).Text.ShouldContain("[suggest:");
        Complete("shmq ls ").ShouldNotContain(static word => word.StartsWith('/'));
        Run("completion", "cmd").ShouldRefuse(2, "'cmd'");
    }

    [Fact]
    public void The_page_of_the_tool_has_every_verb()
    {
        string page = File.ReadAllText(Path.Combine(Tree.Root, "docs/tool.md"));
        foreach (string verb in s_verbs) page.ShouldContain($"`shmq {verb}", customMessage: verb);
    }

    [Fact]
    public void The_captures_on_the_page_of_the_tool_are_those_of_the_screens()
    {
        string page = File.ReadAllText(Path.Combine(Tree.Root, "docs/tool.md"));
        string captures = page.Split("## What it looks like")[1].Split("```")[1];
        HashSet<string> screens = [.. Directory.EnumerateFiles(Path.Combine(Tree.Root, "tests/Tool.Tests/Screens"))
            .SelectMany(File.ReadLines).Select(static line => line.TrimEnd())];
        string[] shown = [.. captures.Split('\n')
            .Where(static line => line.Length > 0 && !line.StartsWith("$ ", StringComparison.Ordinal))];
        shown.Length.ShouldBeGreaterThan(20);
        shown.ShouldAllBe(line => screens.Contains(line));
    }

    private static string[] Complete(string line) =>
        Run($"[suggest:{line.Length}]", line).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Answer Run(params IEnumerable<string> arguments)
    {
        using ShmqProcess process = ShmqProcess.Start(arguments);
        return process.Finish();
    }
}
