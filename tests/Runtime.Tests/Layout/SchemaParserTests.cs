using System.Text;

namespace TypedShmQueue.Runtime.Tests.Layout;

/// <summary>Reading schema texts: what each form means, and what is said of a text that is none.</summary>
public sealed class SchemaParserTests
{
    private const string Orders =
        """
        tsq1 Order 160
        0 8 i64 Id
        8 1 enum:u8(Buy=0,Sell=1) Side
        9 2 enum:i8(Low=-128,High=127)[2] Signs
        16 16 text16 Header.Symbol
        32 12 i32[3] Counts
        44 100 struct[10] Levels
        44 8 f64 Levels[].Price
        52 2 u16 Levels[].Count
        144 16 newtype Größe[1]

        """;

    [Fact]
    public void Every_form_is_read()
    {
        ShmSchema schema = Parse(Orders);

        schema.Name.ShouldBe("Order");
        schema.Size.ShouldBe(160);
        schema.Serializer.ShouldBeNull();
        schema.Fields.Select(f => $"{f.Path}: {f.ElementCount} x {f.ElementSize} {f.Type} at {f.Offset}").ShouldBe(
        [
            "Id: 1 x 8 i64 at 0", "Side: 1 x 1 u8 at 8", "Signs: 2 x 1 i8 at 9", "Header.Symbol: 1 x 16 text16 at 16",
                "Counts: 3 x 4 i32 at 32",
            "Levels: 10 x 10 struct at 44", "Levels[].Price: 1 x 8 f64 at 44", "Levels[].Count: 1 x 2 u16 at 52",
                "Größe[1]: 1 x 16 newtype at 144",
        ]);
        schema.Fields[1].EnumMembers.ShouldBe([new("Buy", 0), new("Sell", 1)]);
        schema.Fields[2].EnumMembers.ShouldBe([new("Low", -128), new("High", 127)]);
        schema.Fields[0].EnumMembers.ShouldBeNull();
        schema.Fields[7].Container.ShouldBe(schema.Fields[5]);
        schema.Fields[4].IsArray.ShouldBeTrue();
    }

    [Fact]
    public void The_text_comes_back() => Parse(Orders).ToString().ShouldBe(Orders);

    [Fact]
    public void Leaves_go_through_arrays_of_structs()
    {
        ShmSchema schema = Parse("tsq1 Grid 64\n0 48 struct[2] Rows\n0 24 struct[3] Rows[].Cells\n0 4 i32 Rows[].Cells[].A\n4 4 f32[1] "
            + "Rows[].Cells[].B\n48 8 u64 Last\n");

        schema.Leaves.Select(f => $"{f.Offset} {f.Path} {f.ElementCount}").ShouldBe(
        [
            "0 Rows[0].Cells[0].A 1", "4 Rows[0].Cells[0].B 1", "8 Rows[0].Cells[1].A 1", "12 Rows[0].Cells[1].B 1",
                "16 Rows[0].Cells[2].A 1", "20 Rows[0].Cells[2].B 1",
            "24 Rows[1].Cells[0].A 1", "28 Rows[1].Cells[0].B 1", "32 Rows[1].Cells[1].A 1", "36 Rows[1].Cells[1].B 1",
                "40 Rows[1].Cells[2].A 1", "44 Rows[1].Cells[2].B 1",
            "48 Last 1",
        ]);
    }

    [Fact]
    public void A_serialized_message_names_its_serializer()
    {
        const string Text = "tsq1 Order 1028\n0 4 i32 Length\n4 1024 serialized:ShmJsonSerializer<Order,OrderJson[]> Bytes\n";
        ShmSchema schema = Parse(Text);

        schema.Serializer.ShouldBe("ShmJsonSerializer<Order,OrderJson[]>");
        schema.Fields[1].Type.ShouldBe("serialized");
        schema.ToString().ShouldBe(Text);
    }

    [Fact]
    public void An_enum_may_be_empty_or_as_wide_as_can_be()
    {
        ShmSchema schema = Parse("tsq1 M 16\n0 8 enum:u64(Most=18446744073709551615) A\n8 8 enum:i64() B\n");
        schema.Fields[0].EnumMembers.ShouldBe([new("Most", ulong.MaxValue)]);
        schema.Fields[1].EnumMembers.ShouldNotBeNull().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", 1, "does not end in a line feed")]
    [InlineData("tsq1 M 8", 1, "does not end in a line feed")]
    [InlineData("tsq2 M 8\n", 1, "'tsq1' was expected, but the text has 'tsq2'")]
    [InlineData("tsq1  8\n", 1, "the message's name and a space were expected")]
    [InlineData("tsq1 M 0\n", 1, "the message's size is a number from 1")]
    [InlineData("tsq1 M 08\n", 1, "the message's size is a number from 1")]
    [InlineData("tsq1 M 1073741825\n", 1, "1073741824")]
    [InlineData("tsq1 M.N 8\n", 1, "'M.N'")]
    [InlineData("tsq1 M 8\n\n", 2, "the field's offset and a space were expected")]
    [InlineData("tsq1 M 8\r\n", 1, "message's size")]
    [InlineData("tsq1 M 8\n0 8 i64 A\n8 1 u8 B\n", 3, "the field's offset is a number from 0 to 7")]
    [InlineData("tsq1 M 8\n-1 8 i64 A\n", 2, "offset")]
    [InlineData("tsq1 M 8\n+1 4 i32 A\n", 2, "offset")]
    [InlineData("tsq1 M 8\n4294967296 4 i32 A\n", 2, "offset")]
    [InlineData("tsq1 M 8\n4 8 i64 A\n", 2, "the field's size is a number from 1 to 4")]
    [InlineData("tsq1 M 8\n0 0 i64 A\n", 2, "size")]
    [InlineData("tsq1 M 8\n0 4 i64 A\n", 2, "a 'i64' takes 8 bytes, not 4")]
    [InlineData("tsq1 M 8\n0 8 i32[3] A\n", 2, "8 bytes cannot be divided into 3 equal elements")]
    [InlineData("tsq1 M 8\n0 8 i32[0] A\n", 2, "the array's length is a number from 1 to 8")]
    [InlineData("tsq1 M 8\n0 8 i32[9] A\n", 2, "the array's length")]
    [InlineData("tsq1 M 8\n0 8 i322] A\n", 2, "has no '['")]
    [InlineData("tsq1 M 8\n0 8 Int64 A\n", 2, "a type was expected, but the text has 'Int64'")]
    [InlineData("tsq1 M 8\n0 8 struct A\n", 2, "has no length")]
    [InlineData("tsq1 M 8\n0 8 [2] A\n", 2, "a type was expected")]
    [InlineData("tsq1 M 8\n0 8 serialized: A\n", 2, "a serializer's name was expected")]
    [InlineData("tsq1 M 8\n0 4 enum:f32(A=0) A\n", 2, "one of i8 to u64, but the text has 'f32'")]
    [InlineData("tsq1 M 8\n0 1 enum:u8(A=256) A\n", 2, "from 0 to 255, but the text has '256'")]
    [InlineData("tsq1 M 8\n0 1 enum:i8(A=-0) A\n", 2, "'-0'")]
    [InlineData("tsq1 M 8\n0 1 enum:u8(A=1,) A\n", 2, "an enum's member is 'name=value', but the text has ''")]
    [InlineData("tsq1 M 8\n0 1 enum:u8(=1) A\n", 2, "an enum's name was expected")]
    [InlineData("tsq1 M 8\n0 1 enum:u8 A\n", 2, "members were expected in brackets")]
    [InlineData("tsq1 M 8\n0 2 enum:u8() A\n", 2, "a 'u8' takes 1 byte, not 2")]
    [InlineData("tsq1 M 8\n0 8 i64\n", 2, "the field's type and a space were expected")]
    [InlineData("tsq1 M 8\n0 8 i64 \n", 2, "a field's name was expected")]
    [InlineData("tsq1 M 8\n0 8 i64 A B\n", 2, "a field's name was expected, but the text has 'A B'")]
    [InlineData("tsq1 M 8\n0 8 i64 A..B\n", 2, "a field's name was expected, but the text has ''")]
    [InlineData("tsq1 M 8\n0 8 i64 A[01]\n", 2, "an index")]
    [InlineData("tsq1 M 8\n0 8 i64 A1]\n", 2, "has no '['")]
    [InlineData("tsq1 M 8\n0 4 i32 A[]\n", 2, "needs a line 'struct[…] A' before it")]
    [InlineData("tsq1 M 8\n0 8 struct[2] A\n2 4 i32 A[].B\n", 3, "bytes 2 to 6 are not inside the first element of 'A'")]
    [InlineData("tsq1 M 8\n4 4 struct[2] A\n0 2 u16 A[].B\n", 3, "not inside the first element")]
    public void What_is_no_schema_is_refused_with_its_line(string text, int line, string trouble)
    {
        ShmSchemaFormatException error = Should.Throw<ShmSchemaFormatException>(() => Parse(text));
        error.Line.ShouldBe(line);
        error.Message.ShouldContain(trouble);
        ShmSchema.TryParse(Encoding.UTF8.GetBytes(text), out ShmSchema? schema).ShouldBeFalse();
        schema.ShouldBeNull();
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_with_their_place() =>
        Should.Throw<ShmSchemaFormatException>(() =>
            ShmSchema.Parse([.. "tsq1 M 8\n0 8 i64 A"u8, 0xFF,
            (byte)'\n'])).Message.ShouldBe("Line 2 of the schema is wrong: byte 18 of the text is not UTF-8.");

    [Fact]
    public void A_text_without_end_is_not_read() =>
        Should.Throw<ShmSchemaFormatException>(() =>
            ShmSchema.Parse(new byte[ShmSchema.MaxBytes + 1])).Message.ShouldContain("at most 1048576 are allowed");

    private static ShmSchema Parse(string text) => ShmSchema.Parse(Encoding.UTF8.GetBytes(text));
}
