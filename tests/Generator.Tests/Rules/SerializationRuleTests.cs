namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>TSQ012 to TSQ015: how a message is serialized.</summary>
public sealed class SerializationRuleTests
{
    private const string Serializers =
        """
        internal sealed class ForOrder : TypedShmQueue.IShmSerializer<Order>
        {
            public static void Serialize(in Order message, System.Buffers.IBufferWriter<byte> destination) { }
            public static Order Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }

        internal class For<T> : TypedShmQueue.IShmSerializer<T>
        {
            public static void Serialize(in T message, System.Buffers.IBufferWriter<byte> destination) { }
            public static T Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }

        internal sealed class ForNobody { }
        """;

    [Theory]
    [InlineData("[MemoryPack.MemoryPackable, ShmQueue(MaxMessageBytes = 60)]")]
    [InlineData("[ShmQueue(MaxMessageBytes = 60, Serializer = typeof(For<IEvent>), Delivery = Delivery.Broadcast)]")]
    public Task An_interface_stands_for_the_types_of_a_union(string attribute) => AnalyzerRun.ShouldAccept(
        $$"""
        using TypedShmQueue;
        {{attribute}} internal interface IEvent { int At { get; } }
        internal sealed record Opened(int At) : IEvent;
        internal static class User { internal static void Send(IEventQueue events) => events.Enqueue(new Opened(1)); }
        """, "internal sealed record Order(int Id);\n" + Serializers);

    [Fact]
    public Task An_interface_without_a_serializer_is_refused() =>
        AnalyzerRun.ShouldRefuse("TSQ001", "IEvent", "is an interface and no serializer is known for it",
        "[TypedShmQueue.ShmQueue(MaxMessageBytes = 60)] internal interface IEvent { int At { get; } }");

    [Theory]
    [InlineData("[ShmQueue(Serializer = typeof(ForOrder))]", "ShmQueue(Serializer = typeof(ForOrder))")]
    [InlineData("[ShmQueue(Serializer = typeof(ForOrder), MaxMessageBytes = 0)]", "MaxMessageBytes = 0")]
    [InlineData("[MemoryPack.MemoryPackable, ShmQueue]", "ShmQueue")]
    public Task TSQ012_says_that_the_size_is_missing(string attribute, string squiggle) =>
        Refuse("TSQ012", squiggle, "set MaxMessageBytes", attribute);

    [Theory]
    [InlineData("ForNobody", "it does not implement IShmSerializer<Order>")]
    [InlineData("string", "it does not implement IShmSerializer<Order>")]
    [InlineData("For<string>", "it does not implement IShmSerializer<Order>")]
    [InlineData("For<>", "its type arguments are missing")]
    [InlineData("int[]", "neither a class nor a struct")]
    [InlineData("System.IDisposable", "neither a class nor a struct")]
    public Task TSQ013_says_why_a_serializer_does_not_fit(string serializer, string reason) =>
        Refuse("TSQ013", $"Serializer = typeof({serializer})", reason,
            $"[ShmQueue(Serializer = typeof({serializer}), MaxMessageBytes = 8)]");

    [Theory]
    [InlineData("Hidden")]
    [InlineData("For<Order, Hidden>")]
    [InlineData("Hidden.Inner")]
    public Task TSQ013_says_that_a_serializer_is_out_of_reach(string serializer) =>
        AnalyzerRun.ShouldRefuse("TSQ013", $"Serializer = typeof({serializer})", "local to its file",
        $$"""
        using TypedShmQueue;
        [ShmQueue(Serializer = typeof({{serializer}}), MaxMessageBytes = 8)] internal sealed record Order(string Text);
        file sealed class Hidden : For<Order> { internal sealed class Inner : For<Order> { } }
        internal sealed class For<T, TContext> : For<T> { }
        """, Serializers);

    [Theory]
    [InlineData("private")]
    [InlineData("protected")]
    public Task TSQ013_says_that_a_serializer_inside_the_message_is_out_of_reach(string access) =>
        AnalyzerRun.ShouldRefuse("TSQ013", "Serializer = typeof(Order.Own)", "make it internal",
        $$"""
        using TypedShmQueue;
        [ShmQueue(Serializer = typeof(Order.Own), MaxMessageBytes = 8)]
        internal record Order(string Text) { {{access}} sealed class Own : For<Order> { } }
        """, Serializers);

    [Fact]
    public Task A_serializer_that_only_the_containing_type_reaches_is_accepted() => AnalyzerRun.ShouldAccept(
        """
        using TypedShmQueue;
        internal static partial class Outer
        {
            [ShmQueue(Serializer = typeof(Own), MaxMessageBytes = 8)] private sealed record Order(string Text);
            private sealed class Own : IShmSerializer<Order>
            {
                public static void Serialize(in Order message, System.Buffers.IBufferWriter<byte> destination) { }
                public static Order Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotSupportedException();
            }
        }
        """);

    [Theory]
    [InlineData("-1")]
    [InlineData("67108861")]
    [InlineData("int.MaxValue")]
    public Task TSQ014_says_the_range(string bytes) =>
        Refuse("TSQ014", $"MaxMessageBytes = {bytes}", "from 1 to 67108860",
            $"[ShmQueue(Serializer = typeof(ForOrder), MaxMessageBytes = {bytes})]");

    [Fact]
    public Task TSQ015_says_that_the_number_means_nothing() => AnalyzerRun.ShouldRefuse("TSQ015", "MaxMessageBytes = 64", "remove it",
        """
        using TypedShmQueue;
        [ShmQueue(MaxMessageBytes = 64)] internal record struct Tick(long Time);
        """);

    [Fact]
    public Task A_struct_marked_for_MemoryPack_that_is_copied_may_be_broadcast() => AnalyzerRun.ShouldAccept(
        """
        using TypedShmQueue;
        [MemoryPack.MemoryPackable, ShmQueue(Delivery = Delivery.Broadcast)] internal record struct Tick(long Time);
        """);

    [Theory]
    [InlineData("[ShmQueue(MaxMessageBytes = 64)]")]
    [InlineData("[ShmQueue]")]
    public Task A_class_without_a_serializer_is_told_of_it(string attribute) =>
        Refuse("TSQ001", "Order", "set Serializer and MaxMessageBytes", attribute);

    [Fact]
    public async Task TSQ006_says_that_a_static_class_has_no_objects() => (await AnalyzerRun.Of(
        """
        using TypedShmQueue;
        [ShmQueue(Serializer = typeof(string), MaxMessageBytes = 8)] internal static class Nobody { }
        """)).Select(static diagnostic => diagnostic.Id).ShouldBe(["TSQ006", "TSQ013"]);

    [Theory]
    [InlineData("[ShmQueue(Serializer = typeof(ForOrder), MaxMessageBytes = 1)]", "serialized:ForOrder")]
    [InlineData("[ShmQueue(Serializer = typeof(For<Order>), MaxMessageBytes = 67108860)]", "serialized:For<Order>")]
    [InlineData("[MemoryPack.MemoryPackable, ShmQueue(MaxMessageBytes = 64)]", "serialized:memorypack")]
    [InlineData("[MemoryPack.MemoryPackable, ShmQueue(Serializer = typeof(ForOrder), MaxMessageBytes = 64)]", "serialized:ForOrder")]
    public async Task What_is_whole_is_accepted(string attribute, string type)
    {
        string[] sources = Sources(attribute);
        await AnalyzerRun.ShouldAccept(sources);
        GeneratorRun.Of(sources).Schema.ShouldContain(type + " Bytes\n");
    }

    [Theory]
    [InlineData("[MemoryPack.MemoryPackable, ShmQueue]", "0 4 i32 Number")]
    [InlineData("[MemoryPack.MemoryPackable, ShmQueue(MaxMessageBytes = 64)]", "serialized:memorypack")]
    public async Task An_unmanaged_struct_is_copied_unless_a_size_is_given(string attribute, string line)
    {
        string[] sources = ["using TypedShmQueue;\n" + attribute + " internal record struct Order(int Number);"];
        await AnalyzerRun.ShouldAccept(sources);
        GeneratorRun.Of(sources).Schema.ShouldContain(line);
    }

    private static Task Refuse(string rule, string squiggle, string text, string attribute) =>
        AnalyzerRun.ShouldRefuse(rule, squiggle, text, Sources(attribute));

    private static string[] Sources(string attribute) =>
        ["using TypedShmQueue;\n" + attribute + " internal sealed record Order(string Text);", Serializers];
}
