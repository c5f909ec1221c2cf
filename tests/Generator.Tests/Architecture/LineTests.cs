using TypedShmQueue.Generator.Tests.Docs;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>A line of source ends at column 140, so that two files fit beside each other on a screen.</summary>
public sealed class LineTests
{
    private const int MostColumns = 140;

    /// <summary>Folders that are being rewritten. Remove each when its lines are short; this list must become empty.</summary>
    private static readonly string[] s_exempt = ["src/Generator/"];

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("samples")]
    public void No_line_of_source_is_longer_than_140_columns(string folder)
    {
        var files = Sources.Of(folder).Where(static file =>
            !s_exempt.Any(exempt => file.StartsWith(exempt, StringComparison.Ordinal))).ToArray();
        files.Length.ShouldBeGreaterThan(10);
        files.SelectMany(LongLines).ShouldBeEmpty($"lines longer than {MostColumns} columns");
    }

    [Theory]
    [InlineData("src/Generator/")]
    public void A_folder_is_exempt_only_while_it_has_a_longer_line(string exempt)
    {
        s_exempt.Contains(exempt, StringComparer.Ordinal).ShouldBeTrue("the list of this test is that of the class");
        Sources.Of(exempt).SelectMany(LongLines)
            .ShouldNotBeEmpty($"{exempt} needs no exemption any more: remove it here and from s_exempt");
    }

    private static IEnumerable<string> LongLines(string file) => File.ReadLines(Pages.PathOf(file))
        .Select((line, index) => (Length: line.Length, Number: index + 1))
        .Where(static line => line.Length > MostColumns)
        .Select(line => $"{file}:{line.Number}: {line.Length} columns");
}
