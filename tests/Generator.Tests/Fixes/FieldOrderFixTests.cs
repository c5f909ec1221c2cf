namespace TypedShmQueue.Generator.Tests.Fixes;

/// <summary>TSQ017: fields change places, and bring along what is theirs.</summary>
public sealed class FieldOrderFixTests
{
    private const string Title = "Reorder the fields: largest alignment first";

    [Fact]
    public Task Comments_and_attributes_move_with_their_fields() => FixRun.ShouldFix("TSQ017", Title,
        """
        #pragma warning disable CS0649
        /// <summary>A message.</summary>
        [TypedShmQueue.ShmQueue]
        internal struct M
        {
            public const int Version = 1;

            // The kind.
            public byte Kind, Part; // small

            /// <summary>When.</summary>
            [System.Obsolete]
            public long At;
            private static int s_count;
            public int Next() => ++s_count;

            public bool Done { get; set; }

            /* last */
            public double Price { get; set; }
        }
        """,
        """
        #pragma warning disable CS0649
        /// <summary>A message.</summary>
        [TypedShmQueue.ShmQueue]
        internal struct M
        {
            public const int Version = 1;

            /// <summary>When.</summary>
            [System.Obsolete]
            public long At;

            /* last */
            public double Price { get; set; }
            private static int s_count;
            public int Next() => ++s_count;

            // The kind.
            public byte Kind, Part; // small

            public bool Done { get; set; }
        }
        """);

    [Fact]
    public Task Everywhere_at_once() => FixRun.ShouldFixAll("TSQ017", Title,
        [Struct("A", "public byte X; public long Y; public byte Z;")
            + Struct("B", "public int X; public long Y; public int Z;"), Struct("C", "public bool X; public double Y; public bool Z;")],
        [Struct("A", "public long Y; public byte X; public byte Z;")
            + Struct("B", "public long Y; public int X; public int Z;"), Struct("C", "public double Y; public bool X; public bool Z;")]);

    [Theory]
    [InlineData("internal record struct M(byte A, long B, byte C);")]
    [InlineData("internal struct M : IHas { public byte A; long IHas.B { get; set; } public byte C; "
        + "} internal interface IHas { long B { get; set; } }")]
    [InlineData("internal struct M {\n#if !SMALL\npublic byte A;\n#endif\npublic long B; public byte C; }")]
    public async Task Is_not_offered_where_more_than_fields_would_change(string message) =>
        (await FixRun.Titles("TSQ017", "#pragma warning disable CS0649\n[TypedShmQueue.ShmQueue] " + message)).ShouldBeEmpty();

    [Fact]
    public Task Other_parts_of_the_message_may_have_methods() => FixRun.ShouldFixAll("TSQ017", Title,
        ["internal partial struct M { public void Clear() => A = 0; }",
            Struct("M", "public byte A; public long B; public byte C;").Replace("struct", "partial struct", StringComparison.Ordinal)],
        ["internal partial struct M { public void Clear() => A = 0; }",
            Struct("M", "public long B; public byte A; public byte C;").Replace("struct", "partial struct", StringComparison.Ordinal)]);

    [Fact]
    public Task A_message_may_stand_in_another() => FixRun.ShouldFixAll("TSQ017", Title,
        ["#pragma warning disable CS0649\n[TypedShmQueue.ShmQueue] internal partial struct M { public byte A; public long B; "
            + "public byte C; internal struct Other { } }\n"
            + "partial struct M { [TypedShmQueue.ShmQueue] internal struct N { public byte A; public long B; public byte C; } }"],
        ["#pragma warning disable CS0649\n[TypedShmQueue.ShmQueue] internal partial struct M { public long B; public byte A; "
            + "public byte C; internal struct Other { } }\n"
            + "partial struct M { [TypedShmQueue.ShmQueue] internal struct N { public long B; public byte A; public byte C; } }"]);

    private static string Struct(string name, string fields) =>
        $"#pragma warning disable CS0649\n[TypedShmQueue.ShmQueue] internal struct {name} {{ {fields} }}\n";

    [Theory]
    [InlineData("A = 1", "B = 2", true)]
    [InlineData("A = Next()", "B = 2", true)]
    [InlineData("A = Next()", "B = Next()", false)]
    public async Task Initializers_that_do_something_stay_in_their_order(string first, string second, bool isOffered) =>
        (await FixRun.Titles("TSQ017",
        $$"""
        [TypedShmQueue.ShmQueue]
        internal struct M
        {
            private static byte s_next;
            public M() { }
            public byte {{first}};
            public long {{second}};
            public byte C = 3;
            private static byte Next() => ++s_next;
        }
        """)).ShouldBe(isOffered ? [Title] : []);
}
