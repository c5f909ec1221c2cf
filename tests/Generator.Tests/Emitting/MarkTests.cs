namespace TypedShmQueue.Generator.Tests.Emitting;

/// <summary>Messages and serializers that the compiler warns of: whoever declares the message is told, the emitted code compiles.</summary>
public sealed class MarkTests
{
    [Theory]
    [InlineData("System.Obsolete", "[global::System.ObsoleteAttribute()]")]
    [InlineData("""System.Obsolete("Use \"N\".", true)""", """[global::System.ObsoleteAttribute("Use \"N\".", true)]""")]
    [InlineData("""System.Obsolete("Old.", DiagnosticId = "OLD1", UrlFormat = "https://old/{0}")""",
        """[global::System.ObsoleteAttribute("Old.", DiagnosticId = "OLD1", UrlFormat = "https://old/{0}")]""")]
    [InlineData("""System.Diagnostics.CodeAnalysis.Experimental("NEW1")""",
        """[global::System.Diagnostics.CodeAnalysis.ExperimentalAttribute("NEW1")]""")]
    public void A_queue_bears_the_marks_of_its_message(string mark, string emitted)
    {
        var run = GeneratorRun.Of($"[{mark}, TypedShmQueue.ShmQueue(Delivery = TypedShmQueue.Delivery.Broadcast)] internal record struct "
            + $"M(int Number);");

        run.ShouldCompile();
        run.Text.Split('\n').Count(line => string.Equals(line, emitted, StringComparison.Ordinal))
            .ShouldBe(4, "the queue's, the subscription's, the lease's and the group member's");
    }

    [Fact]
    public void A_part_that_bears_the_mark_already_is_left_alone() => GeneratorRun.Of(
        """
        [System.Obsolete("No.", true), TypedShmQueue.ShmQueue(Delivery = TypedShmQueue.Delivery.Broadcast)]
        internal record struct M(int Number);
        [System.Obsolete("Never.")] internal partial class MQueue { }
        internal partial class MSubscription { }
        """).ShouldCompile();

    [Fact]
    public void A_message_inside_an_obsolete_type_needs_no_mark_of_its_own() => GeneratorRun.Of(
        """
        [System.Obsolete("No.", true)]
        internal static partial class Old { [TypedShmQueue.ShmQueue] internal record struct M(int Number); }
        """).ShouldCompile();

    [Theory]
    [InlineData("""System.Diagnostics.CodeAnalysis.Experimental("WARN1")""")]
    [InlineData("""System.Obsolete("Old.", DiagnosticId = "WARN1")""")]
    [InlineData("""System.Obsolete("Old.")""")]
    public void Only_the_author_of_the_message_is_told_of_the_serializer(string mark) => GeneratorRun.Of(
        $$"""
        #pragma warning disable WARN1, CS0618
        [TypedShmQueue.ShmQueue(Serializer = typeof(For<M, Inner.Of>), MaxMessageBytes = 60)] internal sealed record M(string Text);
        internal sealed class For<TMessage, T> : TypedShmQueue.IShmSerializer<TMessage>
        {
            public static void Serialize(in TMessage message, System.Buffers.IBufferWriter<byte> destination) { }
            public static TMessage Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotSupportedException();
        }
        [{{mark}}] internal static class Inner { internal sealed class Of { } }
        """).ShouldCompile();
}
