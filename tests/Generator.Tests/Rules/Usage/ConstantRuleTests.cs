namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>Constants that the runtime refuses: TSQ035. What the rule says is invalid is what the runtime throws for.</summary>
public sealed class ConstantRuleTests
{
    [Theory]
    [InlineData("""Keep(PingQueue.OpenOrCreate("trades/eu"));""", "\"trades/eu\"", "a name is made of")]
    [InlineData("""const string Name = ".hidden"; Keep(PingQueue.Open(Name));""", "Name", "does not start with a dot")]
    [InlineData("""Keep(PingQueue.Create(""));""", "\"\"", "at least one character")]
    [InlineData("""if (PingQueue.Exists(name: "a b")) return;""", "\"a b\"", "a name is made of")]
    [InlineData("""PingQueue.Delete("q\u00e9");""", "\"q\\u00e9\"", "a name is made of")]
    public Task TSQ035_finds_a_name_that_is_refused(string body, string squiggle, string text) => Misuse.Is("TSQ035", squiggle, text, body);

    [Fact]
    public Task TSQ035_finds_a_name_that_is_too_long() =>
        Misuse.Is("TSQ035", $"\"{new string('a', 129)}\"", "it has 129 characters, but at most 128 are allowed",
            $"PingQueue.Delete(\"{new string('a', 129)}\");");

    [Theory]
    [InlineData("Capacity = 1000", "1000", "a power of two")]
    [InlineData("Capacity = 1", "1", "a power of two")]
    [InlineData("MaxParticipants = 0", "0", "from 1 to 4096")]
    [InlineData("MaxSubscriptions = 5000", "5000", "from 1 to 4096")]
    public async Task TSQ035_finds_an_option_that_is_refused(string option, string squiggle, string text)
    {
        await Misuse.Is("TSQ035", squiggle, text, $$"""Keep(PingQueue.OpenOrCreate("pings", new ShmQueueOptions { {{option}} }));""");
        await Misuse.Is("TSQ035", squiggle, text,
            $$"""Keep(PingQueue.OpenOrCreate("pings", ShmQueueOptions.Default with { {{option}} }));""");
    }

    [Theory]
    [InlineData("Keep(PingQueue.OpenOrCreate(\"a.B_c-9\", "
        + "new ShmQueueOptions { Capacity = 1024, MaxParticipants = 4096, MaxSubscriptions = 1 }));")]
    [InlineData("""Keep(PingQueue.OpenOrCreate("pings", new ShmQueueOptions { Capacity = null }));""")]
    [InlineData("""var options = new ShmQueueOptions { Capacity = Kept }; Keep(PingQueue.OpenOrCreate(Kept + "/", options));""")]
    public Task What_is_valid_or_not_constant_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData(".hidden"), InlineData(""), InlineData("a b"), InlineData("trades/eu")]
    public void The_runtime_refuses_such_names(string name) =>
        Should.Throw<ArgumentException>(() => CompilerServices.QueueFiles.Exists(name, null));
}
