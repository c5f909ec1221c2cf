namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>TSQ017: padding that another order of the fields would save.</summary>
public sealed class PaddingRuleTests
{
    [Theory]
    [InlineData("struct M { public byte A; public long B; public byte C; }",
        "14 of the 24 bytes of 'M' are padding; with its fields in the order B, A, C it takes 16 bytes")]
    [InlineData("struct M { public byte A { get; set; } public double B { get; set; } public bool C { get; set; } }",
        "in the order B, A, C it takes 16 bytes")]
    [InlineData("record struct M(byte A, long B, byte C);", "in the order B, A, C it takes 16 bytes")]
    public Task TSQ017_says_how_much_another_order_saves(string message, string text) =>
        AnalyzerRun.ShouldSay("TSQ017", "M", text, Source(message));

    [Theory]
    [InlineData("struct M { public long B; public byte A; public byte C; }")]
    [InlineData("struct M { public long A; public byte B; }")]
    [InlineData("struct M { public long A, B, C, D; public byte E; public long F; public byte G; }")]
    [InlineData("[StructLayout(LayoutKind.Sequential, Pack = 1)] struct M { public byte A; public long B; public byte C; }")]
    [InlineData("[StructLayout(LayoutKind.Sequential, Size = 64)] struct M { public byte A; public long B; public byte C; }")]
    [InlineData("[StructLayout(LayoutKind.Explicit)] struct M { [FieldOffset(0)] public byte A; [FieldOffset(8)] public long B; "
        + "[FieldOffset(16)] public byte C; }")]
    public Task Padding_that_no_order_saves_or_that_is_asked_for_is_accepted(string message) => AnalyzerRun.ShouldAccept(Source(message));

    private static string Source(string message)
    {
        var mark = message.IndexOf("struct M", StringComparison.Ordinal);
        var start = message.LastIndexOf("record ", StringComparison.Ordinal) is >= 0 and var record ? record : mark;
        return $"#pragma warning disable CS0649\nusing "
            + $"System.Runtime.InteropServices;\n{message.Insert(start, "[TypedShmQueue.ShmQueue] internal ")}";
    }
}
