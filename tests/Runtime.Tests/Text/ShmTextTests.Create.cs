using System.Text;

namespace TypedShmQueue.Runtime.Tests.Text;

public abstract partial class ShmTextTests<T>
{
    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_comes_back_as_it_went_in(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        T converted = text;
        T.TryCreate(text, out T ofChars).ShouldBeTrue();
        T.TryCreate(utf8, out T ofBytes).ShouldBeTrue();

        foreach (T made in (T[])[converted, ofChars, ofBytes, T.FromUtf8(utf8)])
        {
            made.ToString().ShouldBe(text);
            ((string)made).ShouldBe(text);
            made.Length.ShouldBe(utf8.Length);
            made.IsEmpty.ShouldBeFalse();
            made.AsUtf8Span().ToArray().ShouldBe(utf8);
        }
    }

    [Theory]
    [MemberData(nameof(Characters))]
    public void Exact_fit_is_taken(string end)
    {
        string text = Fill(T.Capacity, end);
        T made = text;
        made.Length.ShouldBe(T.Capacity);
        made.ToString().ShouldBe(text);
        T.FromUtf8(Encoding.UTF8.GetBytes(text)).ShouldBe(made);
    }

    [Theory]
    [MemberData(nameof(Characters))]
    public void One_byte_too_long_is_refused_never_cut(string end)
    {
        string text = Fill(T.Capacity + 1, end);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);

        T.TryCreate(text, out T ofChars).ShouldBeFalse();
        T.TryCreate(utf8, out T ofBytes).ShouldBeFalse();
        Bytes(ofChars).ShouldAllBe(b => b == 0);
        Bytes(ofBytes).ShouldAllBe(b => b == 0);

        foreach (ArgumentException error in (ArgumentException[])[
            Should.Throw<ArgumentException>(() => (T)text), Should.Throw<ArgumentException>(() => T.FromUtf8(utf8))])
        {
            error.Message.ShouldContain($"takes {utf8.Length} bytes");
            error.Message.ShouldContain($"{typeof(T).Name} holds at most {T.Capacity}");
            error.Message.ShouldContain($"{typeof(T).Name}.TryCreate");
            error.Message.ShouldContain(s_size < 256 ? $"Use ShmText{2 * s_size}," : "No text type holds it");
        }
    }

    [Fact]
    public void Refusal_quotes_only_the_start_of_a_huge_text()
    {
        string text = new string('x', 31) + "🦆" + new string('y', 100_000);
        foreach (ArgumentException error in (ArgumentException[])[
            Should.Throw<ArgumentException>(() => (T)text),
            Should.Throw<ArgumentException>(() => T.FromUtf8(Encoding.UTF8.GetBytes(text)))])
        {
            error.Message.ShouldStartWith($"The text \"{new string('x', 31)}...\" takes 100035 bytes of UTF-8;");
            error.Message.Length.ShouldBeLessThan(400);
        }
    }

    [Fact]
    public void Null_is_refused() => Should.Throw<ArgumentNullException>(() => (T)(string)null!);

    [Theory]
    [InlineData("", 0xD83E, "")]
    [InlineData("ab", 0xD83E, "")]
    [InlineData("ab", 0xDD86, "c")]
    [InlineData("🦆", 0xDD86, "🦆")]
    public void Lone_surrogate_is_refused_never_replaced(string before, int surrogate, string after)
    {
        // Attributes are kept in UTF-8, hence the surrogate travels as a number.
        string text = before + (char)surrogate + after;
        T.TryCreate(text, out T made).ShouldBeFalse();
        Bytes(made).ShouldAllBe(b => b == 0);
        string message = Should.Throw<ArgumentException>(() => (T)text).Message;
        message.ShouldContain($"lone surrogate, U+{surrogate:X4}, at index {before.Length},");
    }

    [Theory]
    [MemberData(nameof(MalformedUtf8))]
    public void Malformed_utf8_is_refused_never_replaced(byte[] utf8)
    {
        T.TryCreate(utf8, out T made).ShouldBeFalse();
        Bytes(made).ShouldAllBe(b => b == 0);
        Should.Throw<ArgumentException>(() => T.FromUtf8(utf8)).Message.ShouldContain("not well-formed UTF-8");
    }

    [Fact]
    public void Any_text_is_taken_exactly_when_strict_utf8_has_room_for_it()
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var random = new Random(s_size);
        string[] pieces = ["a", "Z", "\0", "ß", "я", "€", "語", "\uFFFF", "🦆", "\U0010FFFF"];
        int taken = 0;
        for (int round = 0; round < 2_000; round++)
        {
            string text = string.Concat(random.GetItems(pieces, random.Next(T.Capacity)));
            if (random.Next(8) == 0)
            {
                text = text.Insert(random.Next(text.Length + 1), "\uD800");
            }

            byte[]? utf8 = null;
            try
            {
                utf8 = strict.GetBytes(text);
            }
            catch (EncoderFallbackException)
            {
                // Not well-formed: to be refused however short.
            }

            bool expected = utf8 is not null && utf8.Length <= T.Capacity;
            T.TryCreate(text, out T made).ShouldBe(expected);
            made.ToString().ShouldBe(expected ? text : "");
            made.Equals(text).ShouldBe(expected || text.Length == 0);
            taken += expected ? 1 : 0;
        }

        taken.ShouldBeInRange(200, 1_800);
    }
}
