using System.Text;

namespace TypedShmQueue.Runtime.Tests.Text;

public abstract partial class ShmTextTests<T>
{
    [Theory]
    [MemberData(nameof(Texts))]
    public void Equal_texts_are_equal_by_every_means(string text)
    {
        T left = Make(text);
        T right = T.FromUtf8(Encoding.UTF8.GetBytes(text));

        left.Equals(right).ShouldBeTrue();
        left.Equals((object)right).ShouldBeTrue();
        left.Equals(text).ShouldBeTrue();
        left.Equals(text.AsSpan()).ShouldBeTrue();
        left.Equals(Encoding.UTF8.GetBytes(text)).ShouldBeTrue();
        (left == right).ShouldBeTrue();
        (left == text).ShouldBeTrue();
        (left == Encoding.UTF8.GetBytes(text)).ShouldBeTrue();
        (text == left).ShouldBeTrue();
        (left != right).ShouldBeFalse();
        (left != text).ShouldBeFalse();
        (left != Encoding.UTF8.GetBytes(text)).ShouldBeFalse();
        (text != left).ShouldBeFalse();
        left.GetHashCode().ShouldBe(right.GetHashCode());
        left.CompareTo(right).ShouldBe(0);
        (left <= right && left >= right).ShouldBeTrue();
        Bytes(left).ShouldBe(Bytes(right));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Different_texts_are_different_by_every_means(string text)
    {
        T left = Make(text);
        string longer = text + "!";
        T right = Make(longer);

        left.Equals(right).ShouldBeFalse();
        left.Equals((object)right).ShouldBeFalse();
        left.Equals((object)text).ShouldBeFalse();
        left.Equals((object?)null).ShouldBeFalse();
        left.Equals((string?)null).ShouldBeFalse();
        left.Equals(longer).ShouldBeFalse();
        left.Equals(longer.AsSpan()).ShouldBeFalse();
        left.Equals(Encoding.UTF8.GetBytes(longer)).ShouldBeFalse();
        right.Equals(text).ShouldBeFalse();
        (left == right).ShouldBeFalse();
        (left == longer).ShouldBeFalse();
        (left == Encoding.UTF8.GetBytes(longer)).ShouldBeFalse();
        (longer == left).ShouldBeFalse();
        (left == (string?)null).ShouldBeFalse();
        (left != right).ShouldBeTrue();
        (left != longer).ShouldBeTrue();
        (left != Encoding.UTF8.GetBytes(longer)).ShouldBeTrue();
        (longer != left).ShouldBeTrue();
        (left < right && left <= right && right > left && right >= left).ShouldBeTrue();
        (left > right || left >= right || right < left || right <= left).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Characters))]
    public void A_string_too_long_to_fit_is_merely_unequal(string end)
    {
        T full = Make(new string('x', T.Capacity));
        (full == Fill(T.Capacity + 1, end)).ShouldBeFalse();
        (full == new string('€', T.Capacity)).ShouldBeFalse();
        (full == new string('x', 100_000)).ShouldBeFalse();
    }

    [Fact]
    public void A_string_with_a_lone_surrogate_is_merely_unequal()
    {
        (Make("x\uFFFD") == "x\uD83E").ShouldBeFalse();
        (Make("x\uFFFD") == "x\uDD86").ShouldBeFalse();
        (Make("xyz") == "xyz\uD83E").ShouldBeFalse();
        (Make("") == "\uD83E").ShouldBeFalse();
    }

    [Fact]
    public void Order_is_by_code_point_where_strings_order_by_utf16()
    {
        string[] ordered = ["", "\0", "A", "AA", "B", "a", "é", "€", "\uFFFD", "🦆"];
        T[] texts = Array.ConvertAll(ordered, text => Make(text));
        new Random(1).Shuffle(texts);
        Array.Sort(texts);
        texts.Select(text => text.ToString()).ShouldBe(ordered);
        string.CompareOrdinal("\uFFFD", "🦆").ShouldBePositive();
    }

    [Fact]
    public void Texts_serve_as_keys()
    {
        var counts = new Dictionary<T, int>();
        foreach (string word in (string[])["a", "b", "a", "", "a"])
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        counts.Count.ShouldBe(3);
        counts["a"].ShouldBe(3);
    }
}
