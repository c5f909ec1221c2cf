using TypedShmQueue.Bench.Publishing;

namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>
/// Every table of figures is what docs/performance.json says. To write the tables: <c>dotnet run -c Release --project bench -- tables</c>.
/// </summary>
public sealed class PublishedTablesTests
{
    private static readonly string s_repository = Pages.Root;

    public static TheoryData<string> Published => [.. PublishedPages.Published];

    [Theory, MemberData(nameof(Published))]
    public void A_page_has_the_tables_of_the_result_file(string page)
    {
        var text = Pages.Read(page);

        PublishedPages.TablesOf(text).ShouldNotBeEmpty();
        text.ShouldBe(PublishedPages.Render(text, Results.Read(s_repository)),
            $"{page} and {Results.Path} disagree: dotnet run -c Release --project bench -- tables");
    }

    /// <summary>A figure that changes in the file changes each page, so none of them can keep an old one.</summary>
    [Theory, MemberData(nameof(Published))]
    public void A_page_differs_from_another_result_file(string page)
    {
        var results = Results.Read(s_repository);
        var others = new Results([.. results.Runs.Select(static run => run with
        {
            Cells = [.. run.Cells.Select(static cell =>
                cell with { Rows = [.. cell.Rows.Select(static row => row with { Median = row.Median * 3, Ratio = row.Ratio * 3 })] })],
        })]);
        var text = Pages.Read(page);

        Results.Is(PublishedPages.Render(text, others), text).ShouldBeFalse();
    }

    [Fact]
    public void No_table_of_the_performance_pages_is_written_by_hand()
    {
        foreach (var page in new[] { "docs/performance.md", "docs/full-run.md" })
            PublishedPages.WithoutTables(Pages.Read(page)).Split('\n').Where(static line => line.StartsWith('|')).ShouldBeEmpty(page);
    }

    [Fact]
    public void Every_table_stands_on_a_page() =>
        PublishedPages.Published.SelectMany(static page => PublishedPages.TablesOf(Pages.Read(page))).Order(StringComparer.Ordinal)
            .ShouldBe(PublishedTables.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_result_file_is_written_as_it_is_read()
    {
        var results = Results.Read(s_repository);

        File.ReadAllText(Path.Combine(s_repository, Results.Path)).ShouldBe(results.ToJson());
    }

    [Fact]
    public void A_cell_that_is_measured_again_takes_the_place_of_the_old_one()
    {
        var results = Results.Read(s_repository);
        var before = results.Cells("wake", "send to parked consumer awake, 56 B");
        var old = before[0];
        PublishedRun run = new("again", "bench -- wake", "here", "now", null,
            [old with { Cores = Bench.Measuring.Cores.Near }, old with { Cores = Bench.Measuring.Cores.Far }]);

        var merged = results.With(run);

        merged.Cells("wake", old.Title).Select(static cell => cell.Cores).ShouldBe([Bench.Measuring.Cores.Near, Bench.Measuring.Cores.Far]);
        int cells = results.Runs.SelectMany(static one => one.Cells).Count();
        merged.Runs.SelectMany(static one => one.Cells).Count().ShouldBe(cells + 2 - before.Count);
        PublishedPages.Render("<!-- table: waking -->\n<!-- end of table -->", merged).ShouldContain("| far |");
    }
}
