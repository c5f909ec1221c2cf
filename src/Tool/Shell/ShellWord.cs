using System.Buffers;
using System.Globalization;
using System.Text;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// Words of command lines that people are advised to run: a name that came from a file must stay one word, and no command.
/// </summary>
internal static class ShellWord
{
    private static readonly SearchValues<char> s_safe = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        + "0123456789._-/:@%+," + (OperatingSystem.IsWindows() ? "\\" : ""));

    /// <summary>A quote within quotes, as sh and PowerShell have it.</summary>
    private static readonly string s_quote = OperatingSystem.IsWindows() ? "''" : """'\''""";

    /// <summary>The text as one word of a shell's command line: as it is if it has no other meaning, else in quotes.</summary>
    public static string Of(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_safe)) return text;
        bool isPlain = true;
        foreach (Rune rune in text.EnumerateRunes()) isPlain &= !Plain.IsHarmful(rune);
        return isPlain ? $"'{text.Replace("'", s_quote, StringComparison.Ordinal)}'" : WithEscapes(text);
    }

    /// <summary>An option and its value; joined where the value would be taken for an option.</summary>
    public static string Option(string option, string value) => value.StartsWith('-') ? $"{option}={Of(value)}" : $"{option} {Of(value)}";

    /// <summary>Bash and zsh take the bytes of what cannot be shown in this form.</summary>
    private static string WithEscapes(string text)
    {
        StringBuilder word = new("$'");
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (b is (byte)'\'' or (byte)'\\' || b < 0x20 || b >= 0x7f) word.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            else word.Append((char)b);
        }

        return word.Append('\'').ToString();
    }
}
