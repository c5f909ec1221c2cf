using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TypedShmQueue.Runtime.Tests.Text;

public abstract partial class ShmTextTests<T>
{
    [Fact]
    public void Every_length_byte_is_clamped_to_the_struct()
    {
        for (int length = 0; length <= byte.MaxValue; length++)
        {
            T forged = Forge([], (byte)length, rest: (byte)'x');
            int expected = Math.Min(length, T.Capacity);

            forged.Length.ShouldBe(expected);
            forged.AsUtf8Span().Length.ShouldBe(expected);
            Unsafe.AreSame(in MemoryMarshal.GetReference(forged.AsUtf8Span()), in Unsafe.As<T, byte>(ref forged)).ShouldBeTrue();
            forged.ToString().ShouldBe(new string('x', expected));
            forged.GetHashCode().ShouldBe(Make(new string('x', expected)).GetHashCode());
        }
    }

    [Fact]
    public void Two_overlong_lengths_mean_the_same_text()
    {
        if (T.Capacity == byte.MaxValue)
        {
            return;
        }

        T full = Make(new string('x', T.Capacity));
        T overlong = Forge([], byte.MaxValue, rest: (byte)'x');
        overlong.ShouldBe(full);
        overlong.CompareTo(full).ShouldBe(0);
        overlong.GetHashCode().ShouldBe(full.GetHashCode());
    }

    [Fact]
    public void Rubbish_behind_the_text_is_no_part_of_it()
    {
        T clean = Make("MSFT");
        T dirty = Forge("MSFT"u8, 4, rest: 0xEE);
        dirty.ShouldBe(clean);
        dirty.CompareTo(clean).ShouldBe(0);
        dirty.GetHashCode().ShouldBe(clean.GetHashCode());
        dirty.ToString().ShouldBe("MSFT");
        (dirty == "MSFT").ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(MalformedUtf8))]
    public void Malformed_content_comes_out_replaced_the_same_way_everywhere(byte[] content)
    {
        byte[] padded = [(byte)'a', .. content, (byte)'z'];
        T forged = Forge(padded, (byte)padded.Length);
        string expected = Encoding.UTF8.GetString(padded);
        byte[] expectedUtf8 = Encoding.UTF8.GetBytes(expected);

        forged.ToString().ShouldBe(expected);
        forged.AsUtf8Span().ToArray().ShouldBe(padded);

        char[] chars = new char[64];
        forged.TryFormat(chars, out int charsWritten).ShouldBeTrue();
        chars.AsSpan(0, charsWritten).ToString().ShouldBe(expected);

        byte[] bytes = new byte[64];
        forged.TryFormat(bytes, out int bytesWritten).ShouldBeTrue();
        bytes.AsSpan(0, bytesWritten).ToArray().ShouldBe(expectedUtf8);
        forged.TryFormat(bytes.AsSpan(0, expectedUtf8.Length - 1), out bytesWritten).ShouldBeFalse();
        bytesWritten.ShouldBe(0);

        // It is equal to itself alone, not to the replacement that stands for it.
        forged.Equals(expected).ShouldBeFalse();
        forged.Equals(padded).ShouldBeTrue();
        forged.Equals(forged).ShouldBeTrue();
    }

    [Fact]
    public void No_content_whatever_makes_a_read_throw()
    {
        var random = new Random(s_size);
        byte[] storage = new byte[s_size];
        char[] chars = new char[s_size];
        byte[] utf8 = new byte[3 * s_size];
        for (int round = 0; round < 2_000; round++)
        {
            random.NextBytes(storage);
            T forged = Forge(storage, storage[^1]);
            string text = (string)forged;

            forged.TryFormat(chars, out int charsWritten).ShouldBeTrue();
            chars.AsSpan(0, charsWritten).SequenceEqual(text).ShouldBeTrue();
            forged.TryFormat(utf8, out int bytesWritten).ShouldBeTrue();
            Encoding.UTF8.GetString(utf8, 0, bytesWritten).ShouldBe(text);

            forged.Equals(text).ShouldBe(!text.Contains('\uFFFD', StringComparison.Ordinal));
            Math.Sign(forged.CompareTo(default)).ShouldBe(forged.IsEmpty ? 0 : 1);
            _ = forged.GetHashCode();
        }
    }
}
