using System.Globalization;
using System.Net;
using System.Text;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>A run as one page: the machine, the plots, the tables.</summary>
internal static class Page
{
    public static string Write(string directory, MachineFacts machine, IReadOnlyList<CellResult> results, IReadOnlyList<string> plots)
    {
        StringBuilder html = new();
        void Add(string text) => html.Append(text).Append('\n');
        Add("<!doctype html><meta charset=\"utf-8\"><title>TypedShmQueue: measured</title>");
        Add("<style>body{font:15px sans-serif;max-width:1000px;margin:2em auto}table{border-collapse:collapse;margin:1em 0}td,th{padding:3px 12px;text-align:right}"
            + "td:first-child,th:first-child{text-align:left}tr.Ours{font-weight:bold}tr.Floor{color:#777}thead{border-bottom:1px solid}</style>");
        Add($"<h1>TypedShmQueue, measured</h1><p>{Escape(machine.ToString(CultureInfo.InvariantCulture))}</p>");
        foreach (string plot in plots) Add($"<figure>{File.ReadAllText(plot)}</figure>");
        foreach (CellResult result in results)
        {
            Add($"<h3>{Escape($"{result.Cell.Scenario}: {result.Cell.Title} (cores: {CoreState.Of(result.Rounds)})")}</h3><table><thead><tr>");
            foreach (string heading in Tables.Headings(result.Cell)) Add($"<th>{Escape(heading)}");
            Add("</thead>");
            foreach (Result row in result.Results)
            {
                Add($"<tr class=\"{row.Contestant.Standing}\">");
                foreach (string text in Tables.Row(result, row)) Add($"<td>{Escape(text)}");
            }

            Add("</table>");
        }

        string path = Path.Combine(directory, "index.html");
        File.WriteAllText(path, html.ToString());
        return path;
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
