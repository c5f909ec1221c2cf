using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using static System.FormattableString;

namespace TypedShmQueue;

/// <summary>What the text types have in common, over their storage: the text, zeros, and the length in the last byte.</summary>
/// <remarks>
/// Writers keep three promises: the length fits, the text is well-formed, the rest is zero. Readers rely on none of them, since storage may
/// have been filled by a foreign process: the text is whatever <see cref="Content"/> cuts out.
/// </remarks>
internal static class ShmTextCore
{
    private const int LargestSize = 256;
    private const int QuotedChars = 32;

    /// <summary>The text in a storage.</summary>
    /// <remarks>The length is read once and clamped, so that no length byte, not even a changing one, leads outside.</remarks>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> storage)
    {
        int length = storage[^1];
        return storage[..Math.Min(length, storage.Length - 1)];
    }

    public static void Write(ReadOnlySpan<char> text, Span<byte> storage)
    {
        if (!TryWrite(text, storage))
        {
            ThrowRefused(text, storage.Length);
        }
    }

    public static void Write(ReadOnlySpan<byte> utf8, Span<byte> storage)
    {
        if (!TryWrite(utf8, storage))
        {
            ThrowRefused(utf8, storage.Length);
        }
    }

    /// <summary>Fills a storage with a text, or clears it where the text is refused.</summary>
    public static bool TryWrite(ReadOnlySpan<char> text, Span<byte> storage)
    {
        OperationStatus status = Utf8.FromUtf16(text, storage[..^1], out _, out int length, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            storage.Clear();
            return false;
        }

        Seal(storage, length);
        return true;
    }

    /// <inheritdoc cref="TryWrite(ReadOnlySpan{char}, Span{byte})"/>
    public static bool TryWrite(ReadOnlySpan<byte> utf8, Span<byte> storage)
    {
        if (utf8.Length >= storage.Length || !Utf8.IsValid(utf8))
        {
            storage.Clear();
            return false;
        }

        utf8.CopyTo(storage);
        Seal(storage, utf8.Length);
        return true;
    }

    public static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Content(left).SequenceEqual(Content(right));

    // The buffer is only read where the transcoder has written.
    [SkipLocalsInit]
    public static bool ContentEquals(ReadOnlySpan<byte> storage, ReadOnlySpan<char> text)
    {
        ReadOnlySpan<byte> content = Content(storage);

        // A char takes a byte or more: a text that is too long is recognized without transcoding it.
        if (text.Length > content.Length)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[LargestSize];
        return Utf8.FromUtf16(text, buffer, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done
            && content.SequenceEqual(buffer[..length]);
    }

    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Content(left).SequenceCompareTo(Content(right));

    public static int Hash(ReadOnlySpan<byte> storage)
    {
        HashCode hash = default;
        hash.AddBytes(Content(storage));
        return hash.ToHashCode();
    }

    public static string ToText(ReadOnlySpan<byte> storage) => Encoding.UTF8.GetString(Content(storage));

    public static bool TryFormat(ReadOnlySpan<byte> storage, Span<char> destination, out int charsWritten)
    {
        if (Utf8.ToUtf16(Content(storage), destination, out _, out charsWritten) == OperationStatus.Done)
        {
            return true;
        }

        charsWritten = 0;
        return false;
    }

    public static bool TryFormat(ReadOnlySpan<byte> storage, Span<byte> destination, out int bytesWritten)
    {
        ReadOnlySpan<byte> content = Content(storage);
        if (!Utf8.IsValid(content))
        {
            return TryRepair(content, destination, out bytesWritten);
        }

        bool fits = content.TryCopyTo(destination);
        bytesWritten = fits ? content.Length : 0;
        return fits;
    }

    /// <summary>Says, with the text and the numbers, why a text type of the given size refuses a text.</summary>
    public static string WhyRefused(ReadOnlySpan<char> text, int size)
    {
        int index = 0;
        long length = 0;
        while (Rune.DecodeFromUtf16(text[index..], out Rune rune, out int consumed) == OperationStatus.Done)
        {
            index += consumed;
            length += rune.Utf8SequenceLength;
        }

        return index < text.Length
            ? Invariant($"The text has a lone surrogate, U+{(int)text[index]:X4}, at index {index}, which cannot be encoded as UTF-8. ")
                + Advice(size)
            : TooLong(Quote(text), length, size);
    }

    /// <inheritdoc cref="WhyRefused(ReadOnlySpan{char}, int)"/>
    public static string WhyRefused(ReadOnlySpan<byte> utf8, int size)
    {
        int index = 0;
        while (Rune.DecodeFromUtf8(utf8[index..], out _, out int consumed) == OperationStatus.Done)
        {
            index += consumed;
        }

        // However long the text, what the quote shows comes of its first few bytes.
        ReadOnlySpan<byte> start = utf8[..Math.Min(utf8.Length, 4 * (QuotedChars + 1))];
        return index < utf8.Length
            ? Invariant($"The bytes are not well-formed UTF-8: 0x{utf8[index]:X2} at index {index} does not start a character. ")
                + Advice(size)
            : TooLong(Quote(Encoding.UTF8.GetString(start)), utf8.Length, size);
    }

    private static void Seal(Span<byte> storage, int length)
    {
        // Equal texts are equal byte for byte only if nothing of a former text, or of a transcoder's wide stores, stays behind.
        storage[length..].Clear();
        storage[^1] = (byte)length;
    }

    private static bool TryRepair(ReadOnlySpan<byte> malformed, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        while (!malformed.IsEmpty)
        {
            // A failed decode yields U+FFFD and the bytes it stands for, as ToString has it.
            _ = Rune.DecodeFromUtf8(malformed, out Rune rune, out int consumed);
            if (!rune.TryEncodeToUtf8(destination[bytesWritten..], out int written))
            {
                bytesWritten = 0;
                return false;
            }

            malformed = malformed[consumed..];
            bytesWritten += written;
        }

        return true;
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowRefused(ReadOnlySpan<char> text, int size) =>
        throw new ArgumentException(WhyRefused(text, size), nameof(text));

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowRefused(ReadOnlySpan<byte> utf8, int size) =>
        throw new ArgumentException(WhyRefused(utf8, size), nameof(utf8));

    private static string TooLong(string quoted, long length, int size)
    {
        int roomy = size;
        while (roomy < LargestSize && roomy <= length)
        {
            roomy *= 2;
        }

        string remedy = roomy > length
            ? Invariant($"Use ShmText{roomy}, or call ShmText{size}.TryCreate if the text may be too long.")
            : Invariant($"No text type holds it: the largest, ShmText{LargestSize}, holds {LargestSize - 1} bytes. Shorten the text. ")
                + Advice(size);
        return Invariant($"The text {quoted} takes {length} bytes of UTF-8; ShmText{size} holds at most {size - 1}. {remedy}");
    }

    private static string Advice(int size) => Invariant($"ShmText{size}.TryCreate returns false for such a text.");

    private static string Quote(ReadOnlySpan<char> text)
    {
        if (text.Length <= QuotedChars)
        {
            return $"\"{text}\"";
        }

        // The quote must not end in half a character.
        int end = char.IsHighSurrogate(text[QuotedChars - 1]) ? QuotedChars - 1 : QuotedChars;
        return $"\"{text[..end]}...\"";
    }
}
