using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TypedShmQueue.Runtime.Tests.Text;

public abstract partial class ShmTextTests<T>
{
    [Fact]
    public void Size_is_the_one_in_the_name() =>
        s_size.ShouldBe(int.Parse(typeof(T).Name["ShmText".Length..], CultureInfo.InvariantCulture));

    [Fact]
    public void Capacity_is_all_but_the_length_byte() => T.Capacity.ShouldBe(s_size - 1);

    [Fact]
    public void Alignment_is_one_so_that_a_field_never_pads()
    {
        Unsafe.SizeOf<AfterByte>().ShouldBe(s_size + 1);
        var pair = new AfterByte(0xAB, Make("x"));
        MemoryMarshal.AsBytes(new ReadOnlySpan<AfterByte>(in pair))[..2].ToArray().ShouldBe([0xAB, (byte)'x']);
    }

    [Fact]
    public void Default_is_the_empty_text()
    {
        T empty = default;
        empty.IsEmpty.ShouldBeTrue();
        empty.Length.ShouldBe(0);
        empty.AsUtf8Span().IsEmpty.ShouldBeTrue();
        empty.ToString().ShouldBe("");
        empty.Equals("").ShouldBeTrue();
        Make("").ShouldBe(empty);
        Bytes(Make("")).ShouldAllBe(b => b == 0);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Storage_is_the_text_then_zeros_then_the_length(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] expected = new byte[s_size];
        utf8.CopyTo(expected, 0);
        expected[^1] = (byte)utf8.Length;

        Bytes(Make(text)).ShouldBe(expected);
        Bytes(T.FromUtf8(utf8)).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Characters))]
    public void A_shorter_text_leaves_nothing_of_the_longer_one_it_replaces(string end)
    {
        T reused = Make(Fill(T.Capacity, end));
        T.TryCreate(end, out reused).ShouldBeTrue();
        Bytes(reused).ShouldBe(Bytes(T.FromUtf8(Encoding.UTF8.GetBytes(end))));
    }

    [StructLayout(LayoutKind.Sequential)]
    private record struct AfterByte(byte First, T Text);
}
