
namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>Every way in which C# lets a message be declared: accepted whole, or refused with a reason.</summary>
public sealed class ShapeTests
{
    [Theory]
    [InlineData("[ShmQueue] internal readonly struct M { public readonly int Number; public M(int number) => Number = number; }",
        "0 4 i32 Number")]
    [InlineData("[ShmQueue] internal struct M { public required int Number { get; init; } public required long Id; }", "8 8 i64 Id")]
    [InlineData("[ShmQueue] internal readonly record struct M(int Number) { public long Twice { get; } = Number * 2; }", "8 8 i64 Twice")]
    [InlineData("[ShmQueue] internal struct M(int number) { public int Number { get; } = number; }", "0 4 i32 Number")]
    [InlineData("[ShmQueue] internal struct M { public int Number { get; set => field = value + 1; } }", "0 4 i32 Number")]
    [InlineData("[ShmQueue] internal struct M { public int A, B; public const int C = 1; public static int D; "
        + "public event System.Action E { add { } remove { } } }", "4 4 i32 B")]
    [InlineData("[System.Flags] internal enum Rights : ushort { None, Read = 1, Write = 2, All = Read | Write } [ShmQueue] internal record "
        + "struct M(Rights Rights);", "0 2 enum:u16(None=0,Read=1,Write=2,All=3) Rights")]
    [InlineData("internal partial struct M { public int First; } [ShmQueue] internal partial struct M { public void Clear() => First = 0; "
        + "}", "0 4 i32 First")]
    [InlineData("internal interface IHasId { int Id { get; } } [ShmQueue] internal record struct M(int Id) : IHasId;", "0 4 i32 Id")]
    [InlineData("[ShmQueue] internal struct M { private Part _part; public int Number => _part.Number; "
        + "private struct Part { public int Number; } }", "0 4 i32 _part.Number")]
    [InlineData("[ShmQueue] internal record struct M(Pair<Pair<byte, long>, Pair<long, byte>> Pairs); "
        + "internal record struct Pair<TFirst, TSecond>(TFirst First, TSecond Second);", "24 1 u8 Pairs.Second.Second")]
    [InlineData("[ShmQueue] internal record struct M(Four<Pair<byte>> All); "
        + "[System.Runtime.CompilerServices.InlineArray(4)] internal struct Four<T> { private T _first; "
        + "} internal record struct Pair<T>(T A, T B);", "7 1 u8 All[3].B")]
    [InlineData("[ShmQueue] internal record struct M(Buffer<int> Buffer); internal unsafe struct Buffer<T> { public T First; "
        + "public fixed byte Bytes[12]; }", "4 12 u8[12] Buffer.Bytes")]
    [InlineData("[ShmQueue] internal record struct M(int? Number);", "0 1 bool Number.HasValue")]
    public async Task Is_accepted(string types, string line)
    {
        var source = Source(types);
        await AnalyzerRun.ShouldAccept(source);
        GeneratorRun.Of(source).Schema.ShouldContain(line + "\n");
    }

    [Theory]
    [InlineData("[ShmQueue] internal sealed record M(int Number);", "TSQ001", "is a class and no serializer is known for it")]
    [InlineData("[ShmQueue] internal ref partial struct M { public int Number; }", "TSQ006", "remove 'ref'")]
    [InlineData("[ShmQueue] file record struct M(int Number);", "TSQ006", "make it internal")]
    [InlineData("[ShmQueue] internal record struct M<T>(int Number) where T : unmanaged;", "TSQ006", "it is generic")]
    [InlineData("[ShmQueue] internal record struct M(Part Part); internal record struct Part(Inner Inner); "
        + "internal record struct Inner(nint Handle);", "TSQ002", "'Part.Inner.Handle' is of type 'nint'")]
    [InlineData("[ShmQueue] internal record struct M(nint? Handle);", "TSQ002", "'Handle' is of type 'nint'")]
    [InlineData("[ShmQueue] internal struct M(int number) { public int Other; public readonly int Number => number; }", "TSQ003",
        "'number' is captured")]
    [InlineData("[ShmQueue] internal struct M(int number) { public int Other; public readonly int Number => nameof(Other).Length + number; "
        + "}", "TSQ003", "'number' is captured")]
    [InlineData("[ShmQueue] internal struct M(int number) { public int Other; public readonly int Number => nameof(number); "
        + "private static int nameof(int value) => value; }", "TSQ003", "'number' is captured")]
    [InlineData("internal interface IHas { int X { get; set; } } [ShmQueue] internal struct M : IHas { public int IHas_X; "
        + "int IHas.X { get; set; } }", "TSQ034", "are called 'IHas_X' in the schema")]
    [InlineData("[ShmQueue] internal partial struct M { public int A; } internal partial struct M { public int B { get; set; } }", "TSQ003",
        "several partial declarations")]
    [InlineData("[ShmQueue] internal record struct M(Part Part); internal partial struct Part { public int A; "
        + "} internal partial struct Part { public int B; }", "TSQ003", "the layout of 'Part'")]
    [InlineData("[ShmQueue] internal record struct M(Part<int> Part); internal partial struct Part<T> { public T A; "
        + "} internal partial struct Part<T> { public T B; }", "TSQ003", "the layout of 'Part<int>'")]
    [InlineData("[ShmQueue] internal struct M { public int Number; public event System.Action Changed; }", "TSQ001",
        "'Changed' is of type 'System.Action'")]
    public async Task Is_refused_with_a_reason(string types, string rule, string text)
    {
        var diagnostics = await AnalyzerRun.Of(Source(types));

        diagnostics.Select(static diagnostic => diagnostic.Id).Distinct(StringComparer.Ordinal).ShouldBe([rule]);
        diagnostics[0].GetMessage(System.Globalization.CultureInfo.InvariantCulture).ShouldContain(text);
        GeneratorRun.Of(Source(types)).Sources.ShouldBeEmpty();
    }

    [Fact]
    public void A_message_of_several_files_has_the_fields_of_all() => GeneratorRun.Of(
        "namespace Demo; internal partial struct M { public int First { get; set; } }",
        "namespace Demo; [TypedShmQueue.ShmQueue] internal partial struct M;").ShouldCompile().Schema.ShouldBe("tsq1 M 4\n0 4 i32 First\n");

    [Fact]
    public async Task Two_parts_that_both_carry_the_attribute_are_left_to_the_compiler()
    {
        string[] sources = ["[TypedShmQueue.ShmQueue] internal partial struct M { public int First { get; set; } }",
            "[TypedShmQueue.ShmQueue] internal partial struct M;"];

        (await AnalyzerRun.Of(sources)).ShouldBeEmpty();
        var run = GeneratorRun.Of(sources);
        run.Sources.Length.ShouldBe(1);
        run.Output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
            .Select(static diagnostic => diagnostic.Id).ShouldBe(["CS0579"]);
    }

    [Theory]
    [InlineData("enum M { A }")]
    [InlineData("delegate void M();")]
    public async Task What_the_attribute_cannot_mark_is_left_to_the_compiler(string type)
    {
        var source = "[TypedShmQueue.ShmQueue] internal " + type;

        (await AnalyzerRun.Of(source)).ShouldBeEmpty();
        var run = GeneratorRun.Of(source);
        run.Sources.ShouldBeEmpty();
        run.Output.GetDiagnostics().Select(static diagnostic => diagnostic.Id).ShouldBe(["CS0592"]);
    }

    [Fact]
    public void A_capacity_may_be_a_constant_of_another_file() => GeneratorRun.Of(
        "[TypedShmQueue.ShmQueue(Capacity = Limits.Slots << 2)] internal record struct M(int Number);",
        "internal static class Limits { internal const int Slots = 1 << 4; }").ShouldCompile().Text.ShouldContain("DefaultCapacity = 64;");

    [Fact]
    public void An_attribute_may_go_by_another_name() => GeneratorRun.Of(
        "[Queue] internal record struct M(int Number);", "global using Queue = TypedShmQueue.ShmQueueAttribute;").ShouldCompile();

    [Fact]
    public async Task A_serializer_that_lacks_a_member_is_left_to_the_compiler()
    {
        const string Source =
            """
            using TypedShmQueue;
            [ShmQueue(Serializer = typeof(Half), MaxMessageBytes = 60)] internal sealed record M(int Number);
            internal sealed class Half : IShmSerializer<M>
            {
                public static void Serialize(in M message, System.Buffers.IBufferWriter<byte> destination) { }
            }
            """;

        (await AnalyzerRun.Of(Source)).ShouldBeEmpty();
        GeneratorRun.Of(Source).Output.GetDiagnostics().Select(static diagnostic => diagnostic.Id).ShouldBe(["CS0535"]);
    }

    [Theory]
    [InlineData("internal sealed class M(string text) { public string Text => text; }")]
    [InlineData("internal readonly struct M(string text) { public string Text => text; }")]
    [InlineData("internal readonly record struct M(string Text, int[] Numbers);")]
    [InlineData("internal abstract record M { internal sealed record Some : M; }")]
    public Task A_serialized_message_may_hold_what_it_likes(string message) => AnalyzerRun.ShouldAccept(
        $$"""
        using TypedShmQueue;
        [ShmQueue(Serializer = typeof(For<M>), MaxMessageBytes = 60)] {{message}}
        internal sealed class For<T> : IShmSerializer<T>
        {
            public static void Serialize(in T message, System.Buffers.IBufferWriter<byte> destination) { }
            public static T Deserialize(System.ReadOnlySpan<byte> bytes) => throw new System.NotImplementedException();
        }
        """);

    private static string Source(string types) =>
        "#pragma warning disable CS0282, CS0649, CS0067, CS0414, CS0169\nusing TypedShmQueue;\n" + types;
}
