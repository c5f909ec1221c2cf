using System.Globalization;
using System.Text;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Text;

public abstract partial class ShmTextTests<T>
{
    [Theory]
    [MemberData(nameof(Texts))]
    public void Formats_into_a_buffer_that_just_fits(string text)
    {
        T made = Make(text);

        char[] chars = new char[text.Length];
        made.TryFormat(chars, out int charsWritten).ShouldBeTrue();
        new string(chars, 0, charsWritten).ShouldBe(text);

        byte[] utf8 = new byte[made.Length];
        made.TryFormat(utf8, out int bytesWritten).ShouldBeTrue();
        Encoding.UTF8.GetString(utf8, 0, bytesWritten).ShouldBe(text);

        Array.Clear(utf8);
        made.CopyTo(utf8);
        Encoding.UTF8.GetString(utf8).ShouldBe(text);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Does_not_format_into_a_buffer_too_small(string text)
    {
        T made = Make(text);

        made.TryFormat(new char[text.Length - 1], out int charsWritten).ShouldBeFalse();
        charsWritten.ShouldBe(0);

        byte[] utf8 = new byte[made.Length - 1];
        made.TryFormat(utf8, out int bytesWritten).ShouldBeFalse();
        bytesWritten.ShouldBe(0);

        Should.Throw<ArgumentException>(() => made.CopyTo(utf8));
    }

    [Fact]
    public void Empty_text_formats_into_no_buffer_at_all()
    {
        default(T).TryFormat(Span<char>.Empty, out int charsWritten).ShouldBeTrue();
        default(T).TryFormat(Span<byte>.Empty, out int bytesWritten).ShouldBeTrue();
        default(T).CopyTo([]);
        (charsWritten + bytesWritten).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Interpolation_pads_and_joins_as_with_a_string(string text)
    {
        T made = Make(text);
        string.Create(CultureInfo.InvariantCulture, $"<{made,12}|{made,-12:G}>")
            .ShouldBe(string.Create(CultureInfo.InvariantCulture, $"<{text,12}|{text,-12}>"));

        Span<byte> utf8 = stackalloc byte[600];
        System.Text.Unicode.Utf8.TryWrite(utf8, CultureInfo.InvariantCulture, $"<{made}>", out int written).ShouldBeTrue();
        Encoding.UTF8.GetString(utf8[..written]).ShouldBe($"<{text}>");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Parses_as_generic_code_parses(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        T expected = Make(text);

        ParseString<T>(text).ShouldBe(expected);
        T.Parse(text.AsSpan(), provider: null).ShouldBe(expected);
        T.Parse(utf8, provider: null).ShouldBe(expected);
        TryParseString(text, out T ofString).ShouldBeTrue();
        T.TryParse(text.AsSpan(), provider: null, out T ofChars).ShouldBeTrue();
        T.TryParse(utf8, provider: null, out T ofUtf8).ShouldBeTrue();
        ofString.ShouldBe(expected);
        ofChars.ShouldBe(expected);
        ofUtf8.ShouldBe(expected);
    }

    [Fact]
    public void Parsing_refuses_as_its_contract_says()
    {
        string text = new('x', T.Capacity + 1);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);

        Should.Throw<FormatException>(() => ParseString<T>(text)).Message.ShouldContain($"takes {s_size} bytes");
        Should.Throw<FormatException>(() => T.Parse(text, provider: null)).Message.ShouldContain($"takes {s_size} bytes");
        Should.Throw<FormatException>(() => T.Parse(utf8, provider: null)).Message.ShouldContain($"takes {s_size} bytes");
        Should.Throw<ArgumentNullException>(() => ParseString<T>(null!));
        TryParseString<T>(null, out _).ShouldBeFalse();
        TryParseString<T>(text, out _).ShouldBeFalse();
        T.TryParse(text, provider: null, out _).ShouldBeFalse();
        T.TryParse(utf8, provider: null, out _).ShouldBeFalse();
    }

    [Fact]
    public void Only_making_a_string_allocates()
    {
        string text = Fill(T.Capacity, "🦆");
        char[] chars = new char[text.Length];
        byte[] utf8 = new byte[T.Capacity];

        UseAll(text, chars, utf8).ShouldBeTrue();
        Allocation.Of(() => UseAll(text, chars, utf8)).ShouldBe(0);
    }

    // On T itself a string would bind to the overload for spans.
    private static TParsable ParseString<TParsable>(string text)
        where TParsable : IParsable<TParsable> => TParsable.Parse(text, provider: null);

    private static bool TryParseString<TParsable>(string? text, out TParsable? result)
        where TParsable : IParsable<TParsable> => TParsable.TryParse(text, provider: null, out result);

    private static bool UseAll(string text, Span<char> chars, Span<byte> utf8)
    {
        T made = text;
        made.CopyTo(utf8);
        T copy = T.FromUtf8(utf8);
        return made == copy
            && made == text
            && made.CompareTo(copy) == 0
            && made.GetHashCode() == copy.GetHashCode()
            && made.TryFormat(chars, out _)
            && made.TryFormat(utf8, out _)
            && made.Equals(utf8)
            && T.TryCreate(chars, out copy)
            && !T.TryCreate("\uD800", out copy)
            && copy.IsEmpty;
    }
}
