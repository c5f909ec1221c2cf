using TypedShmQueue.Generator.Layout;

namespace TypedShmQueue.Generator.Tests.Layout;

/// <summary>
/// The rules of the calculator, one by one. That they are the runtime's is shown by the randomized tests of the integration project.
/// </summary>
public sealed class LayoutCalculatorTests
{
    private static readonly LeafLayout s_byte = new("u8", 1, 1);
    private static readonly LeafLayout s_int = new("i32", 4, 4);
    private static readonly LeafLayout s_long = new("i64", 8, 8);
    private static readonly LeafLayout s_int128 = new("int128", 16, 16);

    [Fact]
    public void A_field_is_aligned_and_the_end_is_padded()
    {
        var layout = LayoutCalculator.Sequential([new("A", s_byte), new("B", s_long), new("C", s_byte)]);

        layout.Fields.Select(static field => field.Offset).ShouldBe([0, 8, 16]);
        (layout.Size, layout.Alignment).ShouldBe((24, 8));
    }

    [Theory]
    [InlineData(0, 16, 32)]
    [InlineData(16, 16, 32)]
    [InlineData(8, 8, 24)]
    [InlineData(1, 1, 17)]
    public void Pack_caps_alignment(int pack, int offset, int size)
    {
        var layout = LayoutCalculator.Sequential([new("A", s_byte), new("B", s_int128)], pack);

        layout.Fields[1].Offset.ShouldBe(offset);
        layout.Size.ShouldBe(size);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(4, 12)]
    [InlineData(13, 13)]
    [InlineData(40, 40)]
    public void A_declared_size_replaces_the_padding_and_never_shrinks(int declared, int size) =>
        LayoutCalculator.Sequential([new("A", s_long), new("B", s_int)], size: declared).Size.ShouldBe(size);

    [Fact]
    public void Explicit_fields_stay_where_they_are_put()
    {
        var layout = LayoutCalculator.Explicit([new("A", s_int, 1), new("B", s_byte, 8), new("C", s_int, 1)]);

        layout.Fields.Select(static field => field.Offset).ShouldBe([1, 8, 1]);
        (layout.Size, layout.Alignment).ShouldBe((12, 4));
    }

    [Fact]
    public void An_empty_struct_takes_a_byte()
    {
        var empty = LayoutCalculator.Sequential([]);

        (empty.Size, empty.Alignment, empty.HasLeaves).ShouldBe((1, 1, false));
    }

    [Fact]
    public void An_array_rounds_its_element_up_once_for_each()
    {
        var odd = LayoutCalculator.Sequential([new("A", s_long), new("B", s_byte)], size: 9);

        LayoutCalculator.Array(odd, 3).Size.ShouldBe(48);
        LayoutCalculator.Array(odd, 3, pack: 1).Size.ShouldBe(27);
    }

    [Fact]
    public void Absurd_sizes_do_not_overflow()
    {
        TypeLayout layout = s_long;
        for (var i = 0; i < 10; i++)
            layout = LayoutCalculator.Sequential([new("A", LayoutCalculator.Array(layout, int.MaxValue)), new("B", s_byte)]);

        layout.Size.ShouldBeGreaterThan(1L << 39);
    }
}
