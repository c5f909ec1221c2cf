using System.Diagnostics.CodeAnalysis;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace TypedShmQueue.Tool.Shell;

/// <summary>Where answers go: tables for people, JSON for programs. Into a pipe there is no colour, and no line is folded.</summary>
internal sealed class Screen
{
    /// <summary>Blanks behind each column.</summary>
    private const int Gap = 2;

    /// <summary>Wider than any terminal; a table that is wider still gets what it needs.</summary>
    private const int WidthOfPipe = 4096;

    // A build server is no terminal, whatever it says of itself.
    private static readonly ProfileEnrichment s_asItIs = new() { UseDefaultEnrichers = false };

    public IAnsiConsole Console { get; } = NewConsole();

    public TextWriter Out { get; } = System.Console.Out;

    public TextWriter Error { get; } = System.Console.Error;

    /// <summary>Whether a person looks at a terminal.</summary>
    public static bool IsLive => !System.Console.IsOutputRedirected;

    /// <summary>Writes one JSON document.</summary>
    public void Document<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T value) =>
        Out.WriteLine(JsonText.Of(value, indented: true));

    /// <summary>Writes JSON on one line, at once.</summary>
    public void Line<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T value)
    {
        Out.WriteLine(JsonText.Of(value, indented: false));
        Out.Flush();
    }

    /// <summary>Writes bytes of UTF-8, at once.</summary>
    public void Write(LineBuffer line)
    {
        if (!Streams.IsUtf8)
        {
            Out.Write(line.ToString());
            return;
        }

        foreach (ReadOnlyMemory<byte> piece in line.Pieces) OutputPipe.Write(OutputPipe.Output, piece.Span);
    }

    /// <summary>Writes text whose lines come from a file: as it is to programs, harmless to a terminal.</summary>
    public void Lines(string text) => Out.Write(IsLive ? string.Join('\n', text.Split('\n').Select(Plain.Text)) : text);

    public void Say(string sentence) => Out.WriteLine(Plain.Text(sentence));

    public void Warn(string sentence) => Error.WriteLine("shmq: " + Plain.Text(sentence));

    /// <summary>
    /// Writes a table, each row in a line: a terminal that is too narrow folds lines by itself, and cells folded each for itself cannot be
    /// read.
    /// </summary>
    public void Write(Table table) => Out.Write(TextOf(table, Console.Profile.Capabilities));

    /// <summary>How wide the table is when nothing of it is folded.</summary>
    public static int WidthOf(Table table) => TextOf(table).Split('\n').Max(static line => line.GetCellWidth()) + Gap;

    /// <summary>A table as text, without the blanks that fill its lines; plain, unless a terminal's abilities are given.</summary>
    public static string TextOf(IRenderable table, IReadOnlyCapabilities? abilities = null)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text), Enrichment = s_asItIs });
        int needed = table.Measure(RenderOptions.Create(console, console.Profile.Capabilities), int.MaxValue / 4).Max;
        console.Profile.Width = Math.Max(WidthOfPipe, needed + Gap);
        if (abilities != null)
            (console.Profile.Capabilities.Ansi, console.Profile.Capabilities.ColorSystem) = (abilities.Ansi, abilities.ColorSystem);
        console.Write(table);
        return string.Join('\n', text.ToString().Split('\n').Select(static line => line.TrimEnd()));
    }

    /// <summary>A table with these columns; those that begin with <c>&gt;</c> hold numbers and go to the right.</summary>
    public static Table NewTable(params IEnumerable<string> columns)
    {
        Table table = new() { Border = TableBorder.None, UseSafeBorder = false };
        foreach (string column in columns)
        {
            bool isNumber = column.StartsWith('>');
            TableColumn header = new(new Spectre.Console.Text(isNumber
                ? column[1..]
                : column, new Style(decoration: Decoration.Bold))) { NoWrap = true, Padding = new Padding(0, 0, Gap, 0) };
            table.AddColumn(isNumber ? header.RightAligned() : header);
        }

        return table;
    }

    /// <summary>A cell: the text as it is, harmless.</summary>
    public static Spectre.Console.Text Cell(string text, Style? style = null) => new(Plain.Text(text), style);

    private static IAnsiConsole NewConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = IsLive ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = IsLive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            ? ColorSystemSupport.Detect
            : ColorSystemSupport.NoColors,
        Out = new AnsiConsoleOutput(System.Console.Out),
        Enrichment = s_asItIs,
    });
}

/// <summary>The few colours there are.</summary>
internal static class Styles
{
    public static readonly Style Name = new(Color.Aqua);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Faint = new(Color.Grey);
}
