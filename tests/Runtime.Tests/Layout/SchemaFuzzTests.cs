using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace TypedShmQueue.Runtime.Tests.Layout;

/// <summary>
/// Random schemas, and mutations of them: whatever the text, it is read or refused with a line, and nothing that is read lies outside the
/// message. SCHEMA_SEED repeats a run.
/// </summary>
public sealed class SchemaFuzzTests(ITestOutputHelper output)
{
    private const int Schemas = 400;
    private const int MutationsOfEach = 50;

    /// <summary>What a mutation writes where: the grammar's own words, and numbers at the edges.</summary>
    private static readonly string[] s_tokens =
    [
        " ", "\n", "[", "]", "[]", "(", ")", ",", "=", "-", ".", "0", "1", "64", "2147483647", "4294967296", "-1",
            "99999999999999999999999999999999999999999999",
        "tsq1", "i64", "u8", "text16", "enum:u8(", "enum:", "struct[", "struct[2]", "serialized:", "A", "ß", "\0", "\r", "\u2028",
    ];

    private readonly Random _random = Seeded(output);

    [Fact]
    public void A_schema_comes_back_as_it_was()
    {
        for (int i = 0; i < Schemas; i++)
        {
            string text = RandomSchema();
            ShmSchema schema = ShmSchema.Parse(Encoding.UTF8.GetBytes(text));
            schema.ToString().ShouldBe(text);
            ShouldLieInside(schema);
        }
    }

    [Fact]
    public void Whatever_the_text_nothing_that_is_read_lies_outside()
    {
        int read = 0;
        for (int i = 0; i < Schemas; i++)
        {
            byte[] text = Encoding.UTF8.GetBytes(RandomSchema());
            for (int j = 0; j < MutationsOfEach; j++)
            {
                byte[] mutant = Mutate(text);
                if (!ShmSchema.TryParse(mutant, out ShmSchema? schema)) continue;
                read++;
                ShouldLieInside(schema);
                Encoding.UTF8.GetBytes(schema.ToString()).ShouldBe(mutant);
            }
        }

        output.WriteLine($"{Schemas * MutationsOfEach} mutations, {read} of them schemas all the same");
        read.ShouldBeGreaterThan(0);
    }

    private static void ShouldLieInside(ShmSchema schema)
    {
        foreach (ShmSchemaField field in schema.Fields.Concat(schema.Leaves.Take(2000)))
        {
            field.Offset.ShouldBeGreaterThanOrEqualTo(0);
            field.Size.ShouldBeGreaterThan(0);
            ((long)field.Offset + field.Size).ShouldBeLessThanOrEqualTo(schema.Size);
            ((long)field.ElementSize * field.ElementCount).ShouldBe(field.Size);
        }
    }

    private byte[] Mutate(byte[] text)
    {
        List<byte> mutant = [.. text];
        for (int edits = _random.Next(1, 4); edits > 0; edits--)
        {
            int at = _random.Next(mutant.Count + 1);
            int length = _random.Next(Math.Min(6, mutant.Count - at + 1));
            switch (_random.Next(5))
            {
                case 0:
                    mutant.RemoveRange(at, length);
                    break;
                case 1:
                    mutant.InsertRange(at, Encoding.UTF8.GetBytes(s_tokens[_random.Next(s_tokens.Length)]));
                    break;
                case 2:
                    mutant.RemoveRange(at, length);
                    mutant.InsertRange(at, Encoding.UTF8.GetBytes(s_tokens[_random.Next(s_tokens.Length)]));
                    break;
                case 3 when at < mutant.Count:
                    mutant[at] = (byte)_random.Next(256);
                    break;
                default:
                    mutant.InsertRange(at, mutant.GetRange(_random.Next(mutant.Count - length + 1), length));
                    break;
            }
        }

        return [.. mutant];
    }

    /// <summary>A valid one, of every form the grammar has.</summary>
    private string RandomSchema()
    {
        StringBuilder lines = new();
        int end = 0;
        for (int i = _random.Next(1, 12); i > 0; i--) end = AddField(lines, end, "", 0);
        return string.Create(CultureInfo.InvariantCulture, $"tsq1 Message{_random.Next(100)} {end + _random.Next(9)}\n{lines}");
    }

    private int AddField(StringBuilder lines, int offset, string container, int depth)
    {
        offset += _random.Next(3);
        string path = container + new[] { "Id", "A.B", "Levels[3].Price", "größe", "_x" }[_random.Next(5)];
        if (_random.Next(6) == 0 && depth < 2)
        {
            StringBuilder elements = new();
            int end = offset;
            for (int i = _random.Next(1, 4); i > 0; i--) end = AddField(elements, end, path + "[].", depth + 1);
            int count = _random.Next(1, 20);
            int size = (end - offset) * count;
            Add(lines, offset, size, $"struct[{count}]", path).Append(elements);
            return offset + size;
        }

        (string type, int bytes) = RandomType();
        int length = _random.Next(3) == 0 ? _random.Next(1, 20) : 0;
        Add(lines, offset, bytes * Math.Max(length, 1), length == 0 ? type : $"{type}[{length}]", path);
        return offset + (bytes * Math.Max(length, 1));
    }

    private (string Type, int Bytes) RandomType() => _random.Next(7) switch
    {
        0 => ("enum:i16(Less=-1,None=0,More=32767)", 2),
        1 => ("enum:u64()", 8),
        2 => ("guid", 16),
        3 => ("text64", 64),
        4 => ("someday", _random.Next(1, 30)),
        5 => ("f64", 8),
        _ => ("u8", 1),
    };

    private static StringBuilder Add(StringBuilder lines, int offset, int size, string type, string path) =>
        lines.Append(CultureInfo.InvariantCulture, $"{offset} {size} {type} {path}\n");

    private static Random Seeded(ITestOutputHelper output)
    {
        int seed = Environment.GetEnvironmentVariable("SCHEMA_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"SCHEMA_SEED={seed}");
        return new Random(seed);
    }
}
