namespace TypedShmQueue.Generator.Tests.Fixes;

/// <summary>TSQ012: a size for serialized messages.</summary>
public sealed class MaxMessageBytesFixTests
{
    private const string Title = "Set MaxMessageBytes to 1020";

    [Fact]
    public async Task Offers_sizes() => (await FixRun.Titles("TSQ012", Order("Serializer = typeof(Nothing<Order>)") + Serializer)).ShouldBe(
        ["Set MaxMessageBytes to 252", Title, "Set MaxMessageBytes to 4092", "Set MaxMessageBytes to 65532"]);

    [Theory]
    [InlineData("Serializer = typeof(Nothing<Order>)", "Serializer = typeof(Nothing<Order>), MaxMessageBytes = 1020")]
    [InlineData("Serializer = typeof(Nothing<Order>) /* by hand */\n",
        "Serializer = typeof(Nothing<Order>), MaxMessageBytes = 1020 /* by hand */\n")]
    [InlineData("MaxMessageBytes = 0 /* none */, Serializer = typeof(Nothing<Order>)",
        "MaxMessageBytes = 1020 /* none */, Serializer = typeof(Nothing<Order>)")]
    public Task A_size_is_given(string before, string after) =>
        FixRun.ShouldFix("TSQ012", Title, Order(before) + Serializer, Order(after) + Serializer);

    [Theory]
    [InlineData("ShmQueue /* why */")]
    [InlineData("ShmQueue() /* why */")]
    public async Task A_message_for_MemoryPack_has_no_argument_yet(string attribute)
    {
        const string Message = "internal sealed record Order(string Text);\n";

        await FixRun.ShouldFixAll("TSQ012", Title,
            [Using + $"[MemoryPack.MemoryPackable, {attribute}] {Message}"],
            [Using + $"[MemoryPack.MemoryPackable, ShmQueue(MaxMessageBytes = 1020) /* why */] {Message}"]);
    }

    [Fact]
    public Task Everywhere_at_once() => FixRun.ShouldFixAll(
        "TSQ012", Title,
        [
            Order("Serializer = typeof(Nothing<Order>)")
                + Order("Serializer = typeof(Nothing<Second>)").Replace(Using, "", StringComparison.Ordinal)
                .Replace("record Order", "record Second", StringComparison.Ordinal),
            Using + "[ShmQueue(Serializer = typeof(Nothing<Third>))] internal sealed record Third(string Text);", Using + Serializer,
        ],
        [
            Order("Serializer = typeof(Nothing<Order>), MaxMessageBytes = 1020")
                + Order("Serializer = typeof(Nothing<Second>), MaxMessageBytes = 1020").Replace(Using, "", StringComparison.Ordinal)
                    .Replace("record Order", "record Second", StringComparison.Ordinal),
            Using + "[ShmQueue(Serializer = typeof(Nothing<Third>), MaxMessageBytes = 1020)] internal sealed record Third(string Text);",
                Using + Serializer,
        ]);

    private const string Using = "using TypedShmQueue;\n";

    private const string Serializer =
        """
        internal sealed class Nothing<T> : IShmSerializer<T>
        {
            public static void Serialize(in T message, System.Buffers.IBufferWriter<byte> destination) { }
            public static T Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }
        """;

    private static string Order(string arguments) => $"{Using}[ShmQueue({arguments})] internal sealed record Order(string Text);\n";
}
