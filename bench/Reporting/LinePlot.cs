using System.Globalization;
using System.Net;
using System.Text;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>One line of a plot.</summary>
internal sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>
/// A line plot as SVG, logarithmic upwards. Small on purpose: it draws the plots this project has.
/// </summary>
/// <remarks>
/// ScottPlot 5.1 was tried in its place. It puts each letter where the fonts of the machine that draws have it, so that a reader with other
/// fonts sees letters apart or over each other, and a machine without fonts draws no text. Here the reader's own program sets the text.
/// </remarks>
/// <param name="Title">Above the plot.</param>
/// <param name="XTicks">Where the x axis is marked, in x coordinates, and with what; x is linear between them.</param>
/// <param name="YName">What goes upwards.</param>
/// <param name="YText">A y value as the axis shows it.</param>
internal sealed record LinePlot(string Title, IReadOnlyList<(double X, string Text)> XTicks, string YName, Func<double, string> YText)
{
    private const int Width = 860;
    private const int Height = 440;
    private const int Left = 90;
    private const int Right = 210;
    private const int Top = 44;
    private const int Bottom = 48;

    /// <summary>Colours that stay apart for most eyes (Okabe and Ito), then the same dashed.</summary>
    private static readonly string[] s_colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"];

    public string Draw(IReadOnlyList<PlotLine> lines)
    {
        double low = Math.Floor(Math.Log10(lines.SelectMany(l => l.Points).Min(p => p.Y)));
        double high = Math.Ceiling(Math.Log10(lines.SelectMany(l => l.Points).Max(p => p.Y)) + 1e-9);
        double first = XTicks[0].X;
        double last = XTicks[^1].X;
        double X(double x) => Left + ((x - first) / Math.Max(1e-9, last - first) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((Math.Log10(y) - low) / Math.Max(1, high - low) * (Height - Top - Bottom));

        StringBuilder svg = new();
        void Add(FormattableString element) => svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        Add($"<text x=\"{Left}\" y=\"22\" font-size=\"15\" font-weight=\"bold\">{Escape(Title)}</text>");
        Add($"<text x=\"{Left}\" y=\"38\" fill=\"#555\">{Escape(YName)}</text>");
        for (double decade = low; decade <= high; decade++)
        {
            double y = Y(Math.Pow(10, decade));
            Add($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:F1}\" y2=\"{y:F1}\" stroke=\"#ddd\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{Escape(YText(Math.Pow(10, decade)))}</text>");
        }

        foreach ((double x, string text) in XTicks)
        {
            Add($"<line x1=\"{X(x):F1}\" x2=\"{X(x):F1}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#eee\"/>");
            Add($"<text x=\"{X(x):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Escape(text)}</text>");
        }

        for (int i = 0; i < lines.Count; i++)
        {
            string colour = s_colours[i % s_colours.Length];
            string dash = i < s_colours.Length ? "" : " stroke-dasharray=\"5 3\"";
            string points = string.Join(' ', lines[i].Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")));
            int legend = Top + 10 + (i * 18);
            Add($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>");
            Add($"<line x1=\"{Width - Right + 14}\" x2=\"{Width - Right + 40}\" y1=\"{legend}\" y2=\"{legend}\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>");
            Add($"<text x=\"{Width - Right + 46}\" y=\"{legend + 4}\">{Escape(lines[i].Name)}</text>");
        }

        Add($"</svg>");
        return svg.ToString();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
