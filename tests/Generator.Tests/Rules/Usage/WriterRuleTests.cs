namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>Writing in place: TSQ020, TSQ021 and TSQ025.</summary>
public sealed class WriterRuleTests
{
    [Theory]
    [InlineData("if (many.TryClaim(out var writer)) { writer.Value.Number = 1; writer.Commit(); }", "out var writer")]
    [InlineData("if (many.TryClaim(out SlotWriter<Ping> writer)) { writer.Value.Number = 1; writer.Commit(); }",
        "out SlotWriter<Ping> writer")]
    [InlineData("SlotWriter<Ping> writer; if (many.TryClaim(out writer)) { writer.Commit(); }", "out writer")]
    [InlineData("if (many.TryClaim(out _)) { }", "_")]
    public Task TSQ020_asks_for_a_using(string body, string squiggle) => Misuse.Is("TSQ020", squiggle, "put it in a using", body);

    [Theory]
    [InlineData("if (many.TryClaim(out var writer)) using (writer) { writer.Value.Number = 1; }")]
    [InlineData("if (many.TryClaim(out var writer)) { writer.Value.Number = 1; writer.Dispose(); }")]
    public Task TSQ021_asks_for_a_commit(string body) => Misuse.Is("TSQ021", "out var writer", "never committed", body);

    [Theory]
    [InlineData("if (many.TryClaim(out var writer)) using (writer) { writer.Value.Number = 1; writer.Commit(); }")]
    [InlineData("if (many.TryClaim(out var writer)) { try { writer.Value = new(1); writer.Commit(); } finally { writer.Dispose(); } }")]
    [InlineData("if (many.TryClaim(out var claimed)) { using var writer = claimed; writer.Commit(); }")]
    [InlineData("if (many.TryClaim(out var writer)) Fill(writer);")]
    [InlineData("SlotWriter<Ping> writer = default; if (Kept > 0 && many.TryClaim(out writer)) Fill(writer);")]
    public Task A_writer_that_is_sent_and_given_up_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("if (quotes.TryRead(out var reader)) Console.WriteLine(reader[0].Number + reader.Count);", "out var reader")]
    [InlineData("SlotReader<Quote> reader; while (quotes.TryRead(out reader, 8)) Console.WriteLine(reader[0]);", "out reader")]
    [InlineData("if (quotes.TryRead(out var reader, TimeSpan.Zero)) Console.WriteLine(reader[0].Number);", "out var reader")]
    [InlineData("quotes.Read(out var reader); Console.WriteLine(reader[0].Number);", "out var reader")]
    [InlineData("one.Read(out var reader, 8); Console.WriteLine(reader[0].Number);", "out var reader")]
    public Task TSQ036_asks_for_a_release(string body, string squiggle) => Misuse.Is("TSQ036", squiggle, "never released", body);

    [Theory]
    [InlineData("if (quotes.TryRead(out var reader)) { Console.WriteLine(reader[0]); if (!reader.Release()) return; }")]
    [InlineData("if (quotes.TryRead(out var reader)) { Console.WriteLine(reader[0]); _ = reader.Release(); }")]
    [InlineData("if (quotes.TryRead(out var reader) && Look(reader)) return;")]
    [InlineData("if (quotes.TryRead(out _)) Console.WriteLine();")]
    [InlineData("quotes.Read(out var reader, 1); Console.WriteLine(reader[0]); if (!reader.Release()) return;")]
    public Task A_reader_that_is_released_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("SlotWriter<Ping> writer = default; writer.Commit();", "default")]
    [InlineData("var writer = new SlotWriter<Ping>(); writer.Value.Number = 1;", "new SlotWriter<Ping>()")]
    [InlineData("default(SlotWriter<Ping>).Commit();", "default(SlotWriter<Ping>)")]
    public Task TSQ025_says_that_there_is_no_slot(string body, string squiggle) =>
        Misuse.Is("TSQ025", squiggle, "claim one with TryClaim", body);
}
