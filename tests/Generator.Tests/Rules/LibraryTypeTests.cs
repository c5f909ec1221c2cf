using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>Structs of referenced libraries: used where all their fields can be seen, refused in doubt.</summary>
public sealed class LibraryTypeTests
{
    [Fact]
    public async Task A_struct_whose_fields_are_known_is_accepted()
    {
        var compilation = With("public struct Inner { private byte _kind; internal long Value; public static string Name; }");

        (await AnalyzerRun.Of(compilation)).ShouldBeEmpty();
        GeneratorRun.Of(compilation).Schema.ShouldBe("tsq1 M 16\n0 1 u8 Inner._kind\n8 8 i64 Inner.Value\n");
    }

    [Theory]
    [InlineData("public struct Inner { private int _dummyCount; }", "0 4 i32 Inner._dummyCount")]
    [InlineData("public struct Inner { private byte _dummy; }", "0 1 u8 Inner._dummy")]
    [InlineData("public struct Inner { private long _dummyPrimitive; }", "0 8 i64 Inner._dummyPrimitive")]
    public async Task A_field_that_is_only_called_like_a_stand_in_is_accepted(string library, string expected)
    {
        var compilation = With(library);

        (await AnalyzerRun.Of(compilation)).ShouldBeEmpty();
        GeneratorRun.Of(compilation).Schema.ShouldContain(expected);
    }

    [Theory]
    [InlineData("public struct Inner { private int _dummyPrimitive; }", "TSQ004", "'Inner' is of type 'Inner'")]
    [InlineData("[StructLayout(LayoutKind.Auto)] public struct Inner { public int A; }", "TSQ003", "LayoutKind.Auto")]
    [InlineData("public struct Inner { private string _text; }", "TSQ001", "'Inner._text'")]
    public async Task A_struct_in_doubt_is_refused(string library, string rule, string text)
    {
        var diagnostic = (await AnalyzerRun.Of(With(library))).ShouldHaveSingleItem();

        diagnostic.Id.ShouldBe(rule);
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldContain(text);
    }

    [Fact]
    public async Task A_library_in_the_same_solution_is_read_from_source()
    {
        var library = TestCompilation.Create("Library", [], Library(
            """
            [StructLayout(LayoutKind.Sequential, Pack = 1)] public struct Inner { public byte A; public long B; }
            """));
        var compilation = TestCompilation.Create("User", [library.ToMetadataReference()], Message);

        (await AnalyzerRun.Of(compilation)).ShouldBeEmpty();
        GeneratorRun.Of(compilation).Schema.ShouldBe("tsq1 M 9\n0 1 u8 Inner.A\n1 8 i64 Inner.B\n");
    }

    private const string Message = "[TypedShmQueue.ShmQueue] internal struct M { public Inner Inner { get; set; } }";

    private static CSharpCompilation With(string type)
    {
        using var image = new MemoryStream();
        TestCompilation.Create("Library", [], Library(type)).Emit(image).Diagnostics
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        return TestCompilation.Create("User", [MetadataReference.CreateFromImage(image.ToArray())], Message);
    }

    private static string Library(string type) =>
        "#pragma warning disable\n#nullable disable\nusing System.Runtime.InteropServices;\n" + type;
}
