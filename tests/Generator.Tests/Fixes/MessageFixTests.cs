namespace TypedShmQueue.Generator.Tests.Fixes;

/// <summary>What mends a message: TSQ001 and TSQ003.</summary>
public sealed class MessageFixTests
{
    [Fact]
    public async Task A_string_offers_every_size() => (await FixRun.Titles("TSQ001", Message("public string Name;")))
        .ShouldBe(["Use ShmText16", "Use ShmText32", "Use ShmText64", "Use ShmText128", "Use ShmText256"]);

    [Theory]
    [InlineData("public string Name;", "public ShmText32 Name;")]
    [InlineData("/* a */ public string? /* b */ Name { get; set; }", "/* a */ public ShmText32 /* b */ Name { get; set; }")]
    public Task A_string_becomes_a_text(string before, string after) =>
        FixRun.ShouldFix("TSQ001", "Use ShmText32", Message(before), Message(after));

    [Fact]
    public Task A_positional_string_becomes_a_text() => FixRun.ShouldFix("TSQ001", "Use ShmText16",
        "[TypedShmQueue.ShmQueue] internal record struct M(int Id, string Name);",
        "[TypedShmQueue.ShmQueue] internal record struct M(int Id, TypedShmQueue.ShmText16 Name);");

    [Fact]
    public Task A_string_of_a_nested_struct_is_mended_where_it_is_declared() => FixRun.ShouldFixAll("TSQ001", "Use ShmText64",
        [Message("public Header Header; public string Text;"),
            "#pragma warning disable CS0649\ninternal struct Header { public string From; }"],
        [Message("public Header Header; public ShmText64 Text;"),
            "#pragma warning disable CS0649\ninternal struct Header { public TypedShmQueue.ShmText64 From; }"]);

    [Fact]
    public async Task Other_references_have_no_clear_mend() =>
        (await FixRun.Titles("TSQ001", Message("public int[] Numbers;"))).ShouldBeEmpty();

    [Theory]
    [InlineData("LayoutKind.Auto", "LayoutKind.Sequential")]
    [InlineData("LayoutKind.Auto, Pack = 1", "LayoutKind.Sequential, Pack = 1")]
    public Task An_auto_layout_becomes_sequential(string before, string after) =>
        FixRun.ShouldFix("TSQ003", "Use LayoutKind.Sequential", Inner(before), Inner(after));

    [Fact]
    public Task A_layout_under_another_name_keeps_its_size() => FixRun.ShouldFix("TSQ003", "Use LayoutKind.Sequential",
        Alias("/* a */ (LayoutKind)3 /* b */"), Alias("/* a */ LayoutKind.Sequential /* b */"));

    private static string Alias(string kind) =>
        $$"""
        using System.Runtime.InteropServices;
        using Laid = System.Runtime.InteropServices.StructLayoutAttribute;
        [TypedShmQueue.ShmQueue, Laid({{kind}}, Size = 16)] internal struct M { public long First { get; set; } }
        """;

    [Fact]
    public Task An_extended_layout_becomes_sequential() => FixRun.ShouldFix("TSQ003", "Use LayoutKind.Sequential",
        Extended("ExtendedLayout(0)"), Extended("StructLayout(LayoutKind.Sequential)"));

    [Fact]
    public async Task A_captured_parameter_has_no_clear_mend() => (await FixRun.Titles("TSQ003",
        "[TypedShmQueue.ShmQueue] internal struct M(int number) { public int Next() => ++number; public int Other; }")).ShouldBeEmpty();

    private static string Message(string fields) =>
        $$"""
        #pragma warning disable CS0649
        using TypedShmQueue;
        [ShmQueue] internal struct M { {{fields}} }
        """;

    private static string Inner(string layout) =>
        $$"""
        #pragma warning disable CS0649
        using System.Runtime.InteropServices;
        [TypedShmQueue.ShmQueue] internal struct M { public Inner First; }
        [StructLayout({{layout}})] // why
        internal struct Inner { public byte A; public long B; }
        """;

    private static string Extended(string attribute) =>
        $$"""
        #pragma warning disable CS0649, CS0436
        using System.Runtime.InteropServices;
        [TypedShmQueue.ShmQueue, {{attribute}}] internal struct M { public long First; }
        namespace System.Runtime.InteropServices
        {
            internal sealed class ExtendedLayoutAttribute : Attribute
            {
                public ExtendedLayoutAttribute(int kind) => Kind = kind; public int Kind { get; }
            }
        }
        """;
}
