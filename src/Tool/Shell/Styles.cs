using Spectre.Console;

namespace TypedShmQueue.Tool.Shell;

/// <summary>The few colours there are.</summary>
internal static class Styles
{
    public static readonly Style Name = new(Color.Aqua);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Faint = new(Color.Grey);
}
