namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>What may stand in a message: TSQ001 to TSQ005 and TSQ011.</summary>
public sealed class MessageRuleTests
{
    [Theory]
    [InlineData("public string Text;", "Text",
        "'Text' is of type 'string', which is not unmanaged; for short text use ShmText16, ShmText32, ShmText64, ShmText128 or ShmText256, "
        + "for any other set Serializer")]
    [InlineData("public int[] Numbers;", "Numbers", "fixed buffer")]
    [InlineData("public object Any { get; set; }", "Any", "'Any' is of type 'object'")]
    [InlineData("public System.ReadOnlyMemory<byte> Bytes;", "Bytes", "'Bytes' is of type 'System.ReadOnlyMemory<byte>'")]
    [InlineData("public Holder Holder;", "Holder", "'Holder.Name' is of type 'string'")]
    [InlineData("public Pair<Pair<string>> Pairs;", "Pairs", "'Pairs.First.First' is of type 'string'")]
    public Task TSQ001_names_the_managed_field(string field, string squiggle, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ001", squiggle, text, Message(field));

    [Fact]
    public Task TSQ001_refuses_a_class() =>
        AnalyzerRun.ShouldRefuse("TSQ001", "M", "is a class", "[TypedShmQueue.ShmQueue] public class M { }");

    [Fact]
    public Task Unmanaged_fields_are_accepted() => AnalyzerRun.ShouldAccept(
        Message("public TypedShmQueue.ShmText64 Text; public Pair<Pair<System.Guid>> Pairs; public static string Name; "
            + "public const string Text2 = \"\";"));

    [Theory]
    [InlineData("public int* Address;", "Address", "int*")]
    [InlineData("public delegate*<void> Call;", "Call", "delegate*<void>")]
    [InlineData("public nint Handle;", "Handle", "use long or ulong")]
    [InlineData("public System.UIntPtr Handle;", "Handle", "use long or ulong")]
    [InlineData("public Pair<nuint> Pair;", "Pair", "'Pair.First'")]
    public Task TSQ002_refuses_addresses(string field, string squiggle, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ002", squiggle, text, Message(field));

    [Fact]
    public Task Numbers_of_fixed_size_are_accepted() =>
        AnalyzerRun.ShouldAccept(Message("public long Handle; public fixed ulong Handles[3];"));

    [Fact]
    public Task TSQ003_refuses_auto_layout() => AnalyzerRun.ShouldRefuse("TSQ003", "M", "LayoutKind.Auto",
        """
        using System.Runtime.InteropServices;
        [TypedShmQueue.ShmQueue, StructLayout(LayoutKind.Auto)] public struct M { public int Number; }
        """);

    [Fact]
    public Task TSQ003_refuses_auto_layout_inside() => AnalyzerRun.ShouldRefuse("TSQ003", "Inner", "the layout of 'Inner'",
        """
        using System.Runtime.InteropServices;
        [StructLayout(LayoutKind.Auto)] public struct Inner { public int Number; }
        [TypedShmQueue.ShmQueue] public struct M { public Inner Inner; }
        """);

    [Fact]
    public Task TSQ003_refuses_hidden_fields() => AnalyzerRun.ShouldRefuse("TSQ003", "M", "'number'",
        "[TypedShmQueue.ShmQueue] public struct M(int number, int other) { public int Other = other; public int Twice() => number * 2; }");

    [Fact]
    public Task Parameters_that_only_initialize_are_accepted() => AnalyzerRun.ShouldAccept(
        """
        #pragma warning disable CS1591
        [TypedShmQueue.ShmQueue] public struct M(int number)
        {
            public int Number = number; public int Twice { get; } = number * 2; public int number2(int number) => number;
        }
        """);

    [Theory]
    [InlineData("public (int, byte) Pair;", "Pair", "tuple")]
    [InlineData("public System.Collections.Generic.KeyValuePair<int, int> Pair;", "Pair", "whose layout is not known")]
    [InlineData("public System.Runtime.InteropServices.GCHandle Handle;", "Handle", "whose layout is not known")]
    [InlineData("public Pair<System.Runtime.InteropServices.NFloat> Pair;", "Pair", "'Pair.First'")]
    public Task TSQ004_refuses_framework_types_it_does_not_know(string field, string squiggle, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ004", squiggle, text, Message(field));

    [Fact]
    public Task Framework_types_of_the_table_are_accepted() =>
        AnalyzerRun.ShouldAccept(Message("public System.Guid Id; public System.DateTimeOffset At;"));

    [Theory]
    [InlineData("")]
    [InlineData("public static int Count; public const int Limit = 1; public int Twice => 2;")]
    [InlineData("public Nothing Nothing;")]
    public Task TSQ005_refuses_what_has_no_field(string field) =>
        AnalyzerRun.ShouldRefuse("TSQ005", "M", "no instance field", Message(field));

    [Fact]
    public Task An_empty_struct_beside_a_field_is_accepted() =>
        AnalyzerRun.ShouldAccept(Message("public Nothing Nothing; public byte Byte;"));

    [Theory]
    [InlineData("public fixed byte Bytes[64 * 1024 * 1024 + 1];", "takes 67108865 bytes")]
    [InlineData("public Grid<Grid<Grid<int>>> Grid;", "takes")]
    public Task TSQ011_refuses_what_is_too_large(string field, string text) =>
        AnalyzerRun.ShouldRefuse("TSQ011", "M", text, Message(field));

    [Fact]
    public async Task TSQ011_refuses_what_takes_too_long_to_describe()
    {
        var source = new System.Text.StringBuilder("struct S0 { public byte A; } ");
        for (var i = 1; i <= 6; i++)
            source.Append(System.Globalization.CultureInfo.InvariantCulture, $"struct S{i} {{ ")
                .AppendJoin(' ', Enumerable.Range(0, 10).Select(n => $"public S{i - 1} F{n};")).Append(" } ");

        await AnalyzerRun.ShouldRefuse("TSQ011", "M", "has so many fields", "#pragma warning disable CS0649\n" + source
            + "[TypedShmQueue.ShmQueue] struct M { public S6 All; }");
    }

    [Fact]
    public Task TSQ011_refuses_endless_nesting() => AnalyzerRun.ShouldRefuse("TSQ011", "Deep", "more than 64 deep", Message(
        $"public {string.Concat(Enumerable.Repeat("Pair<", 70))}int{new string('>', 70)} Deep;"));

    [Fact]
    public Task The_largest_message_is_accepted() => AnalyzerRun.ShouldAccept(Message("public fixed byte Bytes[64 * 1024 * 1024];"));

    [Fact]
    public async Task What_does_not_compile_is_left_to_the_compiler()
    {
        var source = Message("public Missing Missing; public M Itself;");

        (await AnalyzerRun.Of(source)).ShouldBeEmpty();
        GeneratorRun.Of(source).Sources.ShouldBeEmpty();
    }

    private static string Message(string fields) =>
        $$"""
        #pragma warning disable CS0649, CS0169, CS0414, CS8618, CS1591
        public struct Nothing { }
        public struct Holder { public int Id; public string Name; }
        public struct Pair<T> { public T First; }
        [System.Runtime.CompilerServices.InlineArray(100000)] public struct Grid<T> { private T _first; }
        [TypedShmQueue.ShmQueue] public unsafe struct M { {{fields}} }
        """;
}
