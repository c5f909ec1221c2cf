using System.Text;
using Spectre.Console.Rendering;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// A page that is shown again and again in its place. Each line is cut at the terminal's edge and each page at its foot, so that the next
/// one finds the place; after a resize nobody knows where the old lines went, so the page begins at the top of an empty screen. Mutable;
/// one thread.
/// </summary>
internal sealed class MovingPage : IDisposable
{
    private const string HideCursor = "\u001b[?25l", ShowCursor = "\u001b[?25h", CutLines = "\u001b[?7l", FoldLines = "\u001b[?7h";
    private const string ClearScreen = "\u001b[H\u001b[2J", ClearToEndOfLine = "\u001b[K", ClearBelow = "\u001b[J";

    private readonly Screen _screen;
    private (int Width, int Height) _size;
    private int _lines;

    public MovingPage(Screen screen)
    {
        _screen = screen;
        _size = Size;
        screen.Out.Write(HideCursor);
    }

    private static (int Width, int Height) Size => (Math.Max(Console.WindowWidth, 1), Math.Max(Console.WindowHeight, 2));

    /// <summary>Shows what is made for the terminal's width.</summary>
    public void Show(Func<int, IEnumerable<IRenderable>> pageOf)
    {
        (int Width, int Height) size = Size;
        string[] lines = string.Concat(pageOf(size.Width)
            .Select(part => Screen.TextOf(part, _screen.Console.Profile.Capabilities).TrimEnd('\n') + "\n")).TrimEnd('\n').Split('\n');
        // The last line stays free: a line end on it would move the page.
        int room = size.Height - 1;
        if (lines.Length > room) lines = [.. lines.Take(room - 1), $"… {lines.Length - room + 1} more"];

        StringBuilder page = new(CutLines);
        if (size != _size) page.Append(ClearScreen);
        else if (_lines > 0) page.Append("\u001b[").Append(_lines).Append('A');
        foreach (string line in lines) page.Append('\r').Append(line).Append(ClearToEndOfLine).Append('\n');
        page.Append(ClearBelow).Append(FoldLines);
        _screen.Out.Write(page.ToString());
        (_size, _lines) = (size, lines.Length);
    }

    public void Dispose() => _screen.Out.Write(ShowCursor);
}
