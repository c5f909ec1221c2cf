namespace TypedShmQueue.Generator.Tests.Layout;

/// <summary>
/// What changes the id of a message, so that programs of different versions do not open each other's queues, and what does not.
/// </summary>
public sealed class SchemaIdTests
{
    private const string Original =
        """
        using System.Runtime.InteropServices;
        using TypedShmQueue;
        namespace Demo;

        enum Side : byte { Buy, Sell }
        struct Envelope { public int Seq; public short Kind; }

        [ShmQueue]
        struct Trade
        {
            public Envelope Header;
            public long Id;
            public ShmText16 Symbol;
            public Side Side;
            public Ten Ten;
        }

        [System.Runtime.CompilerServices.InlineArray(10)] struct Ten { private int _first; }
        """;

    public static TheoryData<string, string, string> ThatCount => new()
    {
        { "name", "long Id;", "long Number;" },
        { "name of a nested field", "int Seq;", "int Sequence;" },
        { "name of the message", "struct Trade", "struct Order" },
        { "type", "long Id;", "ulong Id;" },
        { "type of a nested field", "short Kind;", "ushort Kind;" },
        { "order", "public Side Side;\n    public Ten Ten;", "public Ten Ten;\n    public Side Side;" },
        { "order of nested fields", "public int Seq; public short Kind;", "public short Kind; public int Seq;" },
        { "offset by packing", "[ShmQueue]", "[ShmQueue, StructLayout(LayoutKind.Sequential, Pack = 1)]" },
        { "size alone", "[ShmQueue]", "[ShmQueue, StructLayout(LayoutKind.Sequential, Size = 200)]" },
        { "length of a text", "ShmText16 Symbol", "ShmText32 Symbol" },
        { "length of an array", "InlineArray(10)", "InlineArray(11)" },
        { "base of an enum", "enum Side : byte", "enum Side : sbyte" },
        { "name in an enum", "Sell }", "Ask }" },
        { "value in an enum", "Sell }", "Sell = 2 }" },
        { "another field", "public Side Side;", "public Side Side; public byte More;" },
    };

    public static TheoryData<string, string, string> ThatDoNotCount => new()
    {
        { "comment", "public long Id;", "/* its number */ public long Id; // so" },
        { "method", "public long Id;", "public long Id; public override string ToString() => \"\";" },
        { "static field and constant", "public long Id;", "public long Id; public static int Made; public const int Most = 5;" },
        { "computed property", "public long Id;", "public long Id; public bool IsNew => Id == 0;" },
        { "attribute", "public long Id;", "[System.Obsolete] public long Id;" },
        { "attribute that says what holds anyway", "[ShmQueue]", "[ShmQueue, StructLayout(LayoutKind.Sequential)]" },
        { "capacity", "[ShmQueue]", "[ShmQueue(Capacity = 16)]" },
        { "accessibility", "public long Id;", "internal long Id;" },
        { "property in a field's place", "public long Id;", "public long Id { get; set; }" },
        { "partial", "struct Trade", "partial struct Trade" },
        { "namespace", "namespace Demo;", "namespace Other;" },
        { "name of a nested struct", "Envelope", "Cover" },
        { "order of an enum", "Buy, Sell", "Sell = 1, Buy = 0" },
        { "flags", "enum Side", "[System.Flags] enum Side" },
        { "record", "struct Trade", "record struct Trade" },
    };

    [Theory, MemberData(nameof(ThatCount))]
    public void Changes(string what, string from, string to) => Equals(IdOf(from, to), IdOf("", "")).ShouldBeFalse(what);

    [Theory, MemberData(nameof(ThatDoNotCount))]
    public void Stays(string what, string from, string to) => IdOf(from, to).ShouldBe(IdOf("", ""), what);

    [Fact]
    public void An_offset_alone_changes_it()
    {
        static string Explicit(int offset) => Id(
            $$"""
            using System.Runtime.InteropServices;
            [TypedShmQueue.ShmQueue, StructLayout(LayoutKind.Explicit, Size = 32)]
            struct Trade { [FieldOffset({{offset}})] public int Id; }
            """);

        Equals(Explicit(8), Explicit(12)).ShouldBeFalse();
    }

    private static string IdOf(string from, string to)
    {
        Original.ShouldContain(from);
        return Id(from.Length == 0 ? Original : Original.Replace(from, to, StringComparison.Ordinal));
    }

    private static string Id(string source) =>
        GeneratorRun.Of("#pragma warning disable CS0649, CS0169, CS0414, CS0612\n" + source).Text.Split('\n')
            .Single(static line => line.Contains("ulong SchemaId =", StringComparison.Ordinal));
}
