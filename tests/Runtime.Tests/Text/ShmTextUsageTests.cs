namespace TypedShmQueue.Runtime.Tests.Text;

/// <summary>The spellings that users write, on concrete types: what is tested is mostly that these compile and bind well.</summary>
public sealed class ShmTextUsageTests
{
    [Fact]
    public void A_field_is_set_and_compared_like_a_string()
    {
        Quote quote = default;
        quote.Symbol = "MSFT";
        quote.Note = $"{quote.Symbol} up";

        (quote.Symbol == "MSFT").ShouldBeTrue();
        ("MSFT" == quote.Symbol).ShouldBeTrue();
        (quote.Symbol == "MSFT"u8).ShouldBeTrue();
        (quote.Symbol == new ShmText16("MSFT")).ShouldBeTrue();
        (quote.Symbol != "MSFT").ShouldBeFalse();
        (quote.Symbol == "a symbol of more than fifteen bytes").ShouldBeFalse();
        quote.Symbol.Equals("MSFT").ShouldBeTrue();
        quote.Symbol.Equals("MSFT"u8).ShouldBeTrue();
        quote.Symbol.ToString().ShouldBe("MSFT");
        quote.Symbol.ShouldBe("MSFT");
        ((string)quote.Note).ShouldBe("MSFT up");
    }

    [Fact]
    public void A_conditional_mixes_texts_and_literals()
    {
        ShmText16 known = "AAPL";
        ShmText16 shown = known.IsEmpty ? "none" : known;
        shown.ShouldBe("AAPL");
    }

    [Fact]
    public void Constructors_take_strings_and_slices()
    {
        new ShmText16("MSFT").ShouldBe(new ShmText16("XMSFTX".AsSpan(1, 4)));
        new ShmText32("MSFT").ShouldBe(new ShmText32("XMSFTX".AsSpan(1, 4)));
        new ShmText64("MSFT").ShouldBe(new ShmText64("XMSFTX".AsSpan(1, 4)));
        new ShmText128("MSFT").ShouldBe(new ShmText128("XMSFTX".AsSpan(1, 4)));
        new ShmText256("MSFT").ShouldBe(new ShmText256("XMSFTX".AsSpan(1, 4)));
        Should.Throw<ArgumentException>(() => new ShmText16("a symbol of more than fifteen bytes".AsSpan()));
        Should.Throw<ArgumentNullException>(() => new ShmText16((string)null!));
    }

    [Fact]
    public void Capacities_are_constants()
    {
        const int Sum = ShmText16.Capacity + ShmText32.Capacity + ShmText64.Capacity + ShmText128.Capacity + ShmText256.Capacity;
        Sum.ShouldBe(15 + 31 + 63 + 127 + 255);
    }

    [Fact]
    public void A_refusal_names_the_smallest_type_that_fits()
    {
        Should.Throw<ArgumentException>(() => (ShmText16)new string('x', 100)).Message.ShouldBe(
            "The text \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" takes 100 bytes of UTF-8; ShmText16 holds at most 15. "
            + "Use ShmText128, or call ShmText16.TryCreate if the text may be too long. (Parameter 'text')");
        Should.Throw<ArgumentException>(() => (ShmText16)new string('x', 255)).Message.ShouldContain("Use ShmText256,");
        Should.Throw<ArgumentException>(() => (ShmText16)new string('x', 256)).Message.ShouldContain("No text type holds it");
    }

    [Fact]
    public void A_span_views_the_field_in_place()
    {
        Quote quote = default;
        ReadOnlySpan<byte> view = quote.Symbol.AsUtf8Span();
        view.IsEmpty.ShouldBeTrue();
        quote.Symbol = "MSFT";
        view = quote.Symbol.AsUtf8Span();
        quote.Symbol = "AAPL";
        view.SequenceEqual("AAPL"u8).ShouldBeTrue();
    }

    private struct Quote
    {
        public ShmText16 Symbol;
        public ShmText64 Note;
    }
}
