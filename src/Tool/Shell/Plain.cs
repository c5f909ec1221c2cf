using System.Globalization;
using System.Text;

namespace TypedShmQueue.Tool.Shell;

/// <summary>Text that came from a file anybody may have written, made harmless for a terminal.</summary>
internal static class Plain
{
    /// <summary>The text with its control characters, line ends included, written out as <c>\u001b</c>.</summary>
    public static string Text(string text)
    {
        if (!text.Any(IsHarmful)) return text;
        StringBuilder plain = new(text.Length + 16);
        foreach (char c in text)
        {
            if (IsHarmful(c)) plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else plain.Append(c);
        }

        return plain.ToString();
    }

    // Format characters can turn the direction of the text around them.
    private static bool IsHarmful(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
