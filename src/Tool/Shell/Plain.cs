using System.Globalization;
using System.Text;

namespace TypedShmQueue.Tool.Shell;

/// <summary>Text that came from a file anybody may have written, made harmless for a terminal.</summary>
internal static class Plain
{
    /// <summary>The text with its control characters, line ends included, written out as <c>\u001b</c>.</summary>
    public static string Text(string text)
    {
        bool isHarmless = true;
        foreach (Rune rune in text.EnumerateRunes()) isHarmless &= !IsHarmful(rune);
        if (isHarmless) return text;

        StringBuilder plain = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsHarmful(rune)) plain.Append(rune.ToString());
            else foreach (char c in rune.ToString()) plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return plain.ToString();
    }

    /// <summary>
    /// Whether a terminal would do something else than show it. Format characters can turn the direction of the text around them.
    /// </summary>
    public static bool IsHarmful(Rune rune) => Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
