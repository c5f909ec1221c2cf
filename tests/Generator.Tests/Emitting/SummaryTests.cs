namespace TypedShmQueue.Generator.Tests.Emitting;

/// <summary>The message's own summary stands in the documentation of its queue, and never spoils it.</summary>
public sealed class SummaryTests
{
    [Theory]
    [InlineData("<summary>A trade.</summary>", "A trade.")]
    [InlineData("<summary>\n/// Two\n/// lines &amp; a &lt; sign.\n/// </summary>", "Two lines &amp; a &lt; sign.")]
    [InlineData("<summary>A <see cref=\"System.Int32\"/> of <see cref=\"Trade.Price(int)\"/>, <see langword=\"null\"/>.</summary>",
        "A <c>Int32</c> of <c>Price</c>, <c>null</c>.")]
    [InlineData("<summary><para>One.</para><para>Two <c>x &lt; y</c>.</para></summary>", "One. Two <c>x &lt; y</c>.")]
    public void It_is_carried_over(string comment, string expected) =>
        GeneratorRun.Of(Message(comment)).ShouldCompile().Text.ShouldContain($"/// <para>Its messages: {expected}</para>\n");

    [Theory]
    [InlineData("<remarks>No summary.</remarks>")]
    [InlineData("<summary>  </summary>")]
    public void Without_one_nothing_is_said(string comment) =>
        GeneratorRun.Of(Message(comment)).ShouldCompile().Text.ShouldNotContain("Its messages");

    [Fact]
    public void A_comment_that_is_not_well_formed_is_left_out() =>
        GeneratorRun.Of(Message("<summary>A <b trade.</summary>")).Text.ShouldNotContain("Its messages");

    [Fact]
    public void A_parameter_of_a_positional_message_is_no_parameter_of_the_queue() => GeneratorRun.Of(
        """
        /// <summary>A ping with a <paramref name="Number"/>.</summary>
        /// <param name="Number">Its number.</param>
        [TypedShmQueue.ShmQueue] public record struct Ping(int Number);
        """).ShouldCompile().Text.ShouldContain("A ping with a <c>Number</c>.");

    [Fact]
    public void It_is_no_part_of_the_schema() =>
        GeneratorRun.Of(Message("<summary>Old.</summary>")).Schema.ShouldBe(GeneratorRun.Of(Message("<summary>New.</summary>")).Schema);

    private static string Message(string comment) =>
        $$"""
        /// {{comment}}
        [TypedShmQueue.ShmQueue] public struct Trade
        {
            /// <summary>Its number.</summary>
            public int Id;
            /// <summary>Its price.</summary>
            public static int Price(int id) => id;
        }
        """;
}
