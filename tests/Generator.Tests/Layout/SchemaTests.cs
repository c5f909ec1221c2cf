using System.Text;

namespace TypedShmQueue.Generator.Tests.Layout;

/// <summary>What the schema says of each kind of field.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void Nested_structs_are_flattened() => Check(
        """
        struct Header { public int Seq; public byte Kind; }
        [ShmQueue] struct M { public byte A; public Header Header; public Side Side; public decimal D; }
        """,
        "tsq1 M 32", "0 1 u8 A", "4 4 i32 Header.Seq", "8 1 u8 Header.Kind", "12 1 enum:u8(Buy=0,Sell=1) Side", "16 16 decimal D");

    [Fact]
    public void Properties_give_their_names_and_records_their_parameters_first() => Check(
        """
        [ShmQueue] record struct M(int Id, short Kind) { public long Total { get; set; } private bool _done; public bool Done => _done; }
        """,
        "tsq1 M 24", "0 4 i32 Id", "4 2 i16 Kind", "8 8 i64 Total", "16 1 bool _done");

    [Fact]
    public void Arrays_of_leaves_are_one_line() => Check(
        """
        [System.Runtime.CompilerServices.InlineArray(3)] struct Sides { private Side _first; }
        [ShmQueue] unsafe struct M { public fixed int Numbers[10]; public Sides Sides; }
        """,
        "tsq1 M 44", "0 40 i32[10] Numbers", "40 3 enum:u8(Buy=0,Sell=1)[3] Sides");

    [Fact]
    public void Arrays_of_structs_are_written_out() => Check(
        """
        struct Level { public int Price; public int Size; }
        [System.Runtime.CompilerServices.InlineArray(2)] struct Levels { private Level _first; }
        [ShmQueue] struct M { public Levels Levels; }
        """,
        "tsq1 M 16", "0 4 i32 Levels[0].Price", "4 4 i32 Levels[0].Size", "8 4 i32 Levels[1].Price", "12 4 i32 Levels[1].Size");

    [Fact]
    public void Long_arrays_of_structs_show_one_element() => Check(
        """
        struct Level { public int Price; public int Size; }
        [System.Runtime.CompilerServices.InlineArray(65)] struct Levels { private Level _first; }
        [ShmQueue] struct M { public byte A; public Levels Levels; }
        """,
        "tsq1 M 524", "0 1 u8 A", "4 520 struct[65] Levels", "4 4 i32 Levels[].Price", "8 4 i32 Levels[].Size");

    [Fact]
    public void Elements_of_nested_arrays_are_counted_together() => Check(
        """
        struct Level { public int Price; }
        [System.Runtime.CompilerServices.InlineArray(33)] struct Inner { private Level _first; }
        [System.Runtime.CompilerServices.InlineArray(2)] struct Rows { private Inner _first; }
        [ShmQueue] struct M { public Rows Rows; }
        """,
        "tsq1 M 264", "0 132 struct[33] Rows[0]", "0 4 i32 Rows[0][].Price", "132 132 struct[33] Rows[1]", "132 4 i32 Rows[1][].Price");

    [Fact]
    public void Overlapping_fields_keep_declaration_order() => Check(
        """
        [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 16)]
        [ShmQueue] struct M
        {
            [System.Runtime.InteropServices.FieldOffset(4)] public int High;
            [System.Runtime.InteropServices.FieldOffset(0)] public long Whole;
            [System.Runtime.InteropServices.FieldOffset(0)] public int Low;
        }
        """,
        "tsq1 M 16", "0 8 i64 Whole", "0 4 i32 Low", "4 4 i32 High");

    [Fact]
    public void Generic_and_nullable_fields_are_closed() => Check(
        """
        struct Pair<A, B> { public A First; public B Second; }
        [ShmQueue] struct M { public Pair<byte, Pair<short, ShmText16>> Pair; public int? Maybe; }
        """,
        "tsq1 M 28", "0 1 u8 Pair.First", "2 2 i16 Pair.Second.First", "4 16 text16 Pair.Second.Second", "20 1 bool Maybe.HasValue",
            "24 4 i32 Maybe.Value");

    [Fact]
    public void An_array_may_be_the_message() => Check(
        """
        [ShmQueue, System.Runtime.CompilerServices.InlineArray(4)] struct M { private int _number; }
        """,
        "tsq1 M 16", "0 16 i32[4] _number");

    [Fact]
    public void Enums_go_by_value_and_then_by_name() => Check(
        """
        enum Kind : long { Most = long.MaxValue, None = 0, Zero = 0, Empty = 0, Least = long.MinValue }
        enum Bits : ulong { All = ulong.MaxValue, No = 0 }
        [ShmQueue] struct M { public Kind Kind; public Bits Bits; }
        """,
        "tsq1 M 16",
        "0 8 enum:i64(Least=-9223372036854775808,Empty=0,None=0,Zero=0,Most=9223372036854775807) Kind",
        "8 8 enum:u64(No=0,All=18446744073709551615) Bits");

    [Fact]
    public void Characters_that_separate_words_become_underscores() => Check(
        """
        namespace Far.Away { interface INumbered { int Number { get; set; } } }
        [ShmQueue] record struct M : Far.Away.INumbered { int Far.Away.INumbered.Number { get; set; } }
        """,
        "tsq1 M 4", "0 4 i32 Far_Away_INumbered_Number");

    private static void Check(string source, params string[] lines)
    {
        var run = GeneratorRun.Of(
            $$"""
            #pragma warning disable CS0649, CS0169, CS0414
            using TypedShmQueue;
            enum Side : byte { Buy, Sell }
            {{source}}
            """).ShouldCompile();
        run.Schema.ShouldBe(string.Join('\n', lines) + "\n");
        ShmSchema.Parse(Encoding.UTF8.GetBytes(run.Schema)).ToString().ShouldBe(run.Schema);
    }
}
