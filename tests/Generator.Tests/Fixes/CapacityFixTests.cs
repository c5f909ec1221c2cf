namespace TypedShmQueue.Generator.Tests.Fixes;

/// <summary>TSQ007: the next power of two.</summary>
public sealed class CapacityFixTests
{
    private const string Title = "Use the next power of two";

    [Theory]
    [InlineData("1000", "1024")]
    [InlineData("(3 /* three */)", "4 /* three */")]
    [InlineData("-8", "2")]
    [InlineData("int.MaxValue", "1073741824")]
    public Task The_capacity_is_raised(string capacity, string expected) =>
        FixRun.ShouldFix("TSQ007", Title, Message("M", $"Capacity = {capacity} /* slots */"),
            Message("M", $"Capacity = {expected} /* slots */"));

    [Fact]
    public Task Everywhere_at_once() => FixRun.ShouldFixAll(
        "TSQ007", Title,
        [Message("A", "Capacity = 3") + Message("B", "QueueName = \"Bs\", Capacity = 5"), Message("C", "Capacity = 9")],
        [Message("A", "Capacity = 4") + Message("B", "QueueName = \"Bs\", Capacity = 8"), Message("C", "Capacity = 16")]);

    private static string Message(string name, string arguments) =>
        $"[TypedShmQueue.ShmQueue({arguments})] internal record struct {name}(int Number);\n";
}
