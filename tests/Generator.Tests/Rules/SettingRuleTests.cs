namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>What the attribute may ask for: TSQ007, TSQ010 and TSQ032.</summary>
public sealed class SettingRuleTests
{
    [Theory]
    [InlineData("0", "is 0;")]
    [InlineData("1", "is 1;")]
    [InlineData("-8", "is -8;")]
    [InlineData("1000", "such as 512 or 1024")]
    [InlineData("int.MinValue", "is -2147483648;")]
    [InlineData("int.MaxValue", "is 2147483647;")]
    public Task TSQ007_refuses_a_capacity_that_is_no_power_of_two(string capacity, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ007", $"Capacity = {capacity}", text, Message($"Capacity = {capacity}"));

    [Theory]
    [InlineData("2")]
    [InlineData("1 << 30")]
    public Task Powers_of_two_are_accepted(string capacity) => AnalyzerRun.ShouldAccept(Message($"Capacity = {capacity}"));

    [Fact]
    public Task TSQ010_refuses_broadcast_to_one() =>
        AnalyzerRun.ShouldRefuse("TSQ010", "Consumers = Endpoints.One", "every subscriber",
            Message("Delivery = Delivery.Broadcast, Consumers = Endpoints.One"));

    [Fact]
    public Task Broadcast_is_accepted() => AnalyzerRun.ShouldAccept(Message("Delivery = Delivery.Broadcast"));

    [Theory]
    [InlineData("Delivery = Delivery.Broadcast", "ManyProducers", true)]
    [InlineData("Delivery = Delivery.Broadcast, Producers = Endpoints.One, Overflow = Overflow.Wait", "OneProducer", false)]
    public void Broadcast_has_subscriptions_in_place_of_a_taking_side(string arguments, string producers, bool shifts)
    {
        var text = GeneratorRun.Of(Message(arguments)).ShouldCompile().Text;
        var queue = text[..text.IndexOf("class MSubscription", StringComparison.Ordinal)];

        queue.ShouldContain($"CompilerServices.{(shifts ? "" : "Waiting")}BroadcastQueue<global::M, " +
            $"global::TypedShmQueue.CompilerServices.{producers}>");
        queue.ShouldContain("Subscribe(");
        queue.ShouldNotContain("Dequeue(");
    }

    [Fact]
    public Task Delivery_to_one_consumer_is_accepted() => AnalyzerRun.ShouldAccept(Message("Delivery = Delivery.Queue"));

    [Theory]
    [InlineData("Producers = Endpoints.Many, Consumers = Endpoints.Many", "ManyProducers", "ManyConsumers", true)]
    [InlineData("Producers = Endpoints.One", "OneProducer", "ManyConsumers", true)]
    [InlineData("Consumers = Endpoints.One", "ManyProducers", "OneConsumer", true)]
    [InlineData("Consumers = Endpoints.One, Overflow = Overflow.Wait", "ManyProducers", "OneWaitingConsumer", false)]
    [InlineData("Overflow = Overflow.Wait", "ManyProducers", "ManyConsumers", false)]
    public void Roles_are_chosen_at_compile_time(string arguments, string producers, string consumers, bool shifts)
    {
        var text = GeneratorRun.Of(Message(arguments)).ShouldCompile().Text;

        const string Services = "global::TypedShmQueue.CompilerServices.";
        text.ShouldContain(consumers switch
        {
            "OneWaitingConsumer" => $"ReadingQueue<global::M, {Services}{producers}>",
            "OneConsumer" => $"OvertakenQueue<global::M, {Services}{producers}>",
            _ => $"{(shifts ? "MessageQueue" : "WaitingQueue")}<global::M, {Services}{producers}, {Services}{consumers}>",
        });
    }

    [Theory]
    [InlineData("Producers = (Endpoints)7", "sets Producers to 7, which is not a defined value; use Endpoints.Many or Endpoints.One")]
    [InlineData("Consumers = (Endpoints)(-1)", "use Endpoints.Many or Endpoints.One")]
    [InlineData("Overflow = Overflow.Wait + 1", "sets Overflow to 2, which is not a defined value; use Overflow.Any or Overflow.Wait")]
    [InlineData("Delivery = Delivery.Broadcast | (Delivery)2",
        "sets Delivery to 3, which is not a defined value; use Delivery.Queue or Delivery.Broadcast")]
    public Task TSQ032_refuses_a_value_that_does_not_exist(string setting, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ032", setting, text,
            $"using TypedShmQueue;\n[ShmQueue({setting})] internal record struct M(int Number);");

    private static string Message(string arguments) =>
        $$"""
        #pragma warning disable CS0649
        using TypedShmQueue;
        [ShmQueue({{arguments}})] struct M { public int Number; }
        """;
}
