using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// Writes JSON texts so that people can read them, and escapes what <see cref="Plain"/> calls harmful. JSON readers get the same text.
/// </summary>
internal sealed unsafe class HarmlessEncoder : JavaScriptEncoder
{
    private static readonly JavaScriptEncoder s_relaxed = UnsafeRelaxedJsonEscaping;

    public static HarmlessEncoder Instance { get; } = new();

    /// <summary>Two escapes of six characters, for what is a surrogate pair in UTF-16.</summary>
    public override int MaxOutputCharactersPerInputCharacter => 12;

    public override bool WillEncode(int unicodeScalar) =>
        s_relaxed.WillEncode(unicodeScalar) || (Rune.IsValid(unicodeScalar) && Plain.IsHarmful(new Rune(unicodeScalar)));

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        int found = s_relaxed.FindFirstCharacterToEncode(text, textLength);
        ReadOnlySpan<char> passed = new(text, found < 0 ? textLength : found);
        for (int i = 0; i < passed.Length;)
        {
            _ = Rune.DecodeFromUtf16(passed[i..], out Rune rune, out int length);
            if (Plain.IsHarmful(rune)) return i;
            i += length;
        }

        return found;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        if (s_relaxed.WillEncode(unicodeScalar))
            return s_relaxed.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        Span<char> units = stackalloc char[2];
        int count = new Rune(unicodeScalar).EncodeToUtf16(units);
        numberOfCharactersWritten = 0;
        foreach (char unit in units[..count])
        {
            if (!new Span<char>(buffer + numberOfCharactersWritten, bufferLength - numberOfCharactersWritten)
                .TryWrite(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}", out int written)) return false;
            numberOfCharactersWritten += written;
        }

        return true;
    }
}
