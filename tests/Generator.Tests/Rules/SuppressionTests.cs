using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>Warnings of the compiler that do not apply to messages: a field that nobody here assigns (CS0649) or uses (CS0169).</summary>
public sealed class SuppressionTests
{
    [Theory]
    [InlineData("[ShmQueue] internal struct M { public int Id; private long _reserved; }")]
    [InlineData("[ShmQueue] internal struct M { public Part First; } internal struct Part { public Inner Inner; private int _spare; "
        + "} internal struct Inner { public byte Kind; }")]
    [InlineData("[ShmQueue] internal struct M { public Box<Part> First; } internal struct Box<T> { public T Value; "
        + "} internal struct Part { public int Id; }")]
    [InlineData("internal static partial class Outer { [ShmQueue] internal struct M { public Part? First; "
        + "} internal struct Part { private int _id; } }")]
    public async Task The_fields_of_a_message_are_written_by_others(string types) => (await Warnings(types)).ShouldBeEmpty();

    [Theory]
    [InlineData("[ShmQueue] internal record struct M(int Id); internal struct Other { public int Id; }", "CS0649")]
    [InlineData("[ShmQueue] internal record struct M(int Id) { private static int s_count; }", "CS0169")]
    [InlineData("[ShmQueue] internal record struct M(int Id); internal sealed class Other { private int _id; }", "CS0169")]
    [InlineData("internal struct M { public int Id; }", "CS0649")]
    public async Task Other_fields_are_not(string types, string expected) => (await Warnings(types)).ShouldBe([expected]);

    /// <summary>What a build says, all warnings being errors.</summary>
    private static async Task<IEnumerable<string>> Warnings(string types)
    {
        var output = GeneratorRun.Of("using TypedShmQueue;\n" + types).Output;
        return (await output.WithAnalyzers(AnalyzerRun.Analyzers).GetAllDiagnosticsAsync())
            .Where(static diagnostic => diagnostic.Severity > DiagnosticSeverity.Info).Select(static diagnostic => diagnostic.Id);
    }
}
