using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>docs/journal.md and the code say the same of every byte.</summary>
public sealed partial class DocumentTests
{
    [Theory]
    [InlineData("Block", typeof(BlockHeader))]
    [InlineData("Record", typeof(RecordHead))]
    public void Fields_are_where_the_page_says(string section, Type type)
    {
        var fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(field => (
            (int)Marshal.OffsetOf(type, field.Name), Marshal.SizeOf(field.FieldType), field.Name)).Order().ToArray();
        Rows(section).ShouldBe(fields);
        (fields[^1].Item1 + fields[^1].Item2).ShouldBe(Marshal.SizeOf(type));
    }

    [Fact]
    public void Header_is_as_the_page_says()
    {
        JournalHeader header = RoundTripTests.Header();
        byte[] bytes = new byte[header.HeaderSize];
        header.Write(bytes);
        var rows = Rows("Header");
        foreach ((int offset, int size, string name) in rows)
        {
            object? value = name switch
            {
                "Magic" => JournalFormat.Magic,
                "Version" => JournalFormat.Version,
                "Checksum" => Crc32C.Append(Crc32C.Append(Crc32C.Empty, bytes.AsSpan(0, 12)), bytes.AsSpan(16)),
                "SchemaLength" => header.Schema.Length,
                "QueueId" or "Schema" => null,
                _ => typeof(JournalHeader).GetProperty(name)!.GetValue(header),
            };
            if (name is "QueueId")
                new Guid(bytes.AsSpan(offset, size)).ShouldBe(header.QueueId);
            else if (name is "Schema")
                bytes.AsSpan(offset, header.Schema.Length).SequenceEqual(header.Schema.Span).ShouldBeTrue();
            else
                (size == 4 ? BitConverter.ToUInt32(bytes, offset) : BitConverter.ToUInt64(bytes, offset))
                    .ShouldBe(Convert.ToUInt64(value, CultureInfo.InvariantCulture), name);
        }

        // Nothing else is written.
        foreach ((int offset, int size, string name) in rows) bytes.AsSpan(offset, name is "Schema" ? header.Schema.Length : size).Clear();
        bytes.ShouldAllBe(static one => one == 0);
    }

    [Fact]
    public void Marks_are_as_the_page_says()
    {
        BitConverter.GetBytes(JournalFormat.Magic).ShouldBe([.. "TSHMJ"u8, 0x0A, 0x1A, 0x0A]);
        BitConverter.GetBytes(JournalFormat.BlockMagic).ShouldBe([.. "TSHMB"u8, 0x0A, 0x1A, 0x0A]);
    }

    /// <summary>Every guard that the page names is left out by a test of that name, and every test is on the page.</summary>
    [Fact]
    public void Guards_are_those_of_the_tests()
    {
        string page = Page();
        foreach (MethodInfo test in typeof(SeededFaultTests).GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null))
            if (test.Name is not nameof(SeededFaultTests.Generation_used_again_and_no_chain)) page.ShouldContain($"`{test.Name}`");
    }

    private static (int Offset, int Size, string Name)[] Rows(string section)
    {
        string page = Page();
        int from = page.IndexOf($"\n## {section}\n", StringComparison.Ordinal);
        int to = page.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        return [.. Row().Matches(page[from..to]).Select(row => (
            int.Parse(row.Groups["offset"].Value, CultureInfo.InvariantCulture),
            row.Groups["size"].Value is { Length: > 0 } size ? int.Parse(size, CultureInfo.InvariantCulture) : 0,
            row.Groups["name"].Value))];
    }

    private static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/journal.md"));

    [GeneratedRegex(@"^\| (?<offset>\d+) \| (?<size>\d*) ?\| `(?<name>\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Row();
}
