using TypedShmQueue.Generator.Tests.Docs;

namespace TypedShmQueue.Generator.Tests.Architecture;

/// <summary>A line of source ends at column 140, so that two files fit beside each other on a screen.</summary>
public sealed class LineTests
{
    private const int MostColumns = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("samples")]
    public void No_line_of_source_is_longer_than_140_columns(string folder)
    {
        var files = Sources.Of(folder);
        files.Count.ShouldBeGreaterThan(10);
        files.SelectMany(LongLines).ShouldBeEmpty($"lines longer than {MostColumns} columns");
    }

    private static IEnumerable<string> LongLines(string file) => File.ReadLines(Pages.PathOf(file))
        .Select((line, index) => (Length: line.Length, Number: index + 1))
        .Where(static line => line.Length > MostColumns)
        .Select(line => $"{file}:{line.Number}: {line.Length} columns");
}
