using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TypedShmQueue;

/// <summary>
/// Text of bounded length that lives inside a message: an unmanaged struct of UTF-8 bytes, without references, which any process can read.
/// </summary>
/// <typeparam name="TSelf">The implementing type, such as <see cref="ShmText16"/>.</typeparam>
/// <remarks>
/// <para>The last byte of the struct is the length in bytes; what the text leaves over is zero. Hence <c>default</c> is the empty text, and
/// two equal texts are equal byte for byte.</para>
/// <para>What does not fit, or is not well-formed Unicode, is refused; nothing is ever cut or replaced on the way in. On the way out the
/// content may come from a process that follows no rules, so reading never leaves the struct and never throws: malformed bytes come out as
/// U+FFFD.</para>
/// </remarks>
public interface IShmText<TSelf> :
    IEquatable<TSelf>,
    IComparable<TSelf>,
    IComparisonOperators<TSelf, TSelf, bool>,
    ISpanFormattable,
    IUtf8SpanFormattable,
    ISpanParsable<TSelf>,
    IUtf8SpanParsable<TSelf>
    where TSelf : unmanaged, IShmText<TSelf>
{
    /// <summary>The most bytes of UTF-8 a text may take.</summary>
    static abstract int Capacity { get; }

    /// <summary>The bytes of UTF-8 the text takes, from 0 to <see cref="Capacity"/>.</summary>
    int Length { get; }

    /// <summary>Whether the text is empty, as <c>default</c> is.</summary>
    bool IsEmpty { get; }

    /// <summary>Makes a text, if it fits and is well-formed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="result">The text made, or the empty text.</param>
    /// <returns>Whether <paramref name="text"/> takes at most <see cref="Capacity"/> bytes and has no lone surrogate.</returns>
    static abstract bool TryCreate(ReadOnlySpan<char> text, out TSelf result);

    /// <summary>Makes a text of UTF-8, if it fits and is well-formed.</summary>
    /// <param name="utf8">The text, in UTF-8.</param>
    /// <param name="result">The text made, or the empty text.</param>
    /// <returns>Whether <paramref name="utf8"/> is at most <see cref="Capacity"/> bytes long and well-formed.</returns>
    static abstract bool TryCreate(ReadOnlySpan<byte> utf8, out TSelf result);

    /// <summary>Makes a text of UTF-8.</summary>
    /// <param name="utf8">The text, in UTF-8.</param>
    /// <exception cref="ArgumentException">It takes more than <see cref="Capacity"/> bytes, or is not well-formed.</exception>
    static abstract TSelf FromUtf8(ReadOnlySpan<byte> utf8);

    /// <summary>The text in UTF-8, in place: the span is a view of this variable.</summary>
    [UnscopedRef]
    ReadOnlySpan<byte> AsUtf8Span();

    /// <summary>Copies the bytes of the text as they are.</summary>
    /// <param name="destination">Where to; at least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    void CopyTo(Span<byte> destination);

    /// <summary>Writes the text as characters. A text has one format, hence takes no format argument.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="charsWritten">The characters written: 0 if they do not fit.</param>
    /// <returns>Whether the whole text fits.</returns>
    bool TryFormat(Span<char> destination, out int charsWritten);

    /// <summary>Writes the text as well-formed UTF-8. A text has one format, hence takes no format argument.</summary>
    /// <param name="utf8Destination">Where to.</param>
    /// <param name="bytesWritten">The bytes written: 0 if they do not fit.</param>
    /// <returns>Whether the whole text fits.</returns>
    bool TryFormat(Span<byte> utf8Destination, out int bytesWritten);

    /// <summary>Whether this is the same text, character for character.</summary>
    /// <param name="other">The text to compare with, of any length.</param>
    bool Equals([NotNullWhen(true)] string? other);

    /// <inheritdoc cref="Equals(string?)"/>
    bool Equals(ReadOnlySpan<char> other);

    /// <summary>Whether this is the same text, byte for byte.</summary>
    /// <param name="utf8">The text to compare with, in UTF-8, of any length.</param>
    bool Equals(ReadOnlySpan<byte> utf8);

    /// <summary>Makes a text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">
    /// It takes more than <see cref="Capacity"/> bytes of UTF-8, or has a lone surrogate; where that may be, use
    /// <see cref="TryCreate(ReadOnlySpan{char}, out TSelf)"/>.
    /// </exception>
    static abstract implicit operator TSelf(string text);

    /// <summary>The text as a new string. Explicit, for it allocates.</summary>
    /// <param name="text">The text.</param>
    static abstract explicit operator string(TSelf text);

    /// <summary>Whether both are the same text.</summary>
    /// <param name="left">A text.</param>
    /// <param name="right">A string of any length: one that would not fit is merely unequal.</param>
    static abstract bool operator ==(TSelf left, string? right);

    /// <summary>Whether the texts differ.</summary>
    /// <param name="left">A text.</param>
    /// <param name="right">A string of any length: one that would not fit is merely unequal.</param>
    static abstract bool operator !=(TSelf left, string? right);

    /// <inheritdoc cref="op_Equality(TSelf, string?)"/>
    static abstract bool operator ==(string? left, TSelf right);

    /// <inheritdoc cref="op_Inequality(TSelf, string?)"/>
    static abstract bool operator !=(string? left, TSelf right);

    // Besides being of use, these keep "text == default" from compiling: with strings alone it would mean the null string, and be false
    // of the empty text.

    /// <inheritdoc cref="op_Equality(TSelf, string?)"/>
    /// <param name="left">A text.</param>
    /// <param name="right">UTF-8 of any length, such as <c>"MSFT"u8</c>.</param>
    static abstract bool operator ==(TSelf left, ReadOnlySpan<byte> right);

    /// <inheritdoc cref="op_Inequality(TSelf, string?)"/>
    /// <param name="left">A text.</param>
    /// <param name="right">UTF-8 of any length, such as <c>"MSFT"u8</c>.</param>
    static abstract bool operator !=(TSelf left, ReadOnlySpan<byte> right);

    static TSelf IParsable<TSelf>.Parse(string s, IFormatProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TSelf.Parse(s.AsSpan(), provider);
    }

    static bool IParsable<TSelf>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TSelf result)
    {
        result = default;
        return s is not null && TSelf.TryCreate(s, out result);
    }

    static TSelf ISpanParsable<TSelf>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TSelf.TryCreate(s, out TSelf result) ? result : throw new FormatException(ShmTextCore.WhyRefused(s, Unsafe.SizeOf<TSelf>()));

    static bool ISpanParsable<TSelf>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TSelf result) =>
        TSelf.TryCreate(s, out result);

    static TSelf IUtf8SpanParsable<TSelf>.Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) =>
        TSelf.TryCreate(utf8Text, out TSelf result)
            ? result
            : throw new FormatException(ShmTextCore.WhyRefused(utf8Text, Unsafe.SizeOf<TSelf>()));

    static bool IUtf8SpanParsable<TSelf>.TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out TSelf result) =>
        TSelf.TryCreate(utf8Text, out result);
}
