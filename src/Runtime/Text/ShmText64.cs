using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TypedShmQueue;

/// <summary>Text of at most 63 bytes of UTF-8, for a field of a message; 64 bytes in all. <c>default</c> is the empty text.</summary>
/// <inheritdoc cref="IShmText{TSelf}" path="/remarks"/>
[DebuggerDisplay("{ToString()}")]
public struct ShmText64 : IShmText<ShmText64>
{
    /// <inheritdoc cref="IShmText{TSelf}.Capacity"/>
    public const int Capacity = Size - 1;

    private const int Size = 64;

    private Storage _storage;

    /// <summary>Makes a text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">It takes more than <see cref="Capacity"/> bytes of UTF-8, or has a lone surrogate.</exception>
    public ShmText64(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ShmTextCore.Write(text, _storage);
    }

    /// <inheritdoc cref="ShmText64(string)"/>
    public ShmText64(ReadOnlySpan<char> text) => ShmTextCore.Write(text, _storage);

    static int IShmText<ShmText64>.Capacity => Capacity;

    /// <inheritdoc/>
    public readonly int Length => AsUtf8Span().Length;

    /// <inheritdoc/>
    public readonly bool IsEmpty => AsUtf8Span().IsEmpty;

    /// <inheritdoc/>
    public static bool TryCreate(ReadOnlySpan<char> text, out ShmText64 result)
    {
        result = default;
        return ShmTextCore.TryWrite(text, result._storage);
    }

    /// <inheritdoc/>
    public static bool TryCreate(ReadOnlySpan<byte> utf8, out ShmText64 result)
    {
        result = default;
        return ShmTextCore.TryWrite(utf8, result._storage);
    }

    /// <inheritdoc/>
    public static ShmText64 FromUtf8(ReadOnlySpan<byte> utf8)
    {
        ShmText64 result = default;
        ShmTextCore.Write(utf8, result._storage);
        return result;
    }

    /// <inheritdoc/>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> AsUtf8Span() => ShmTextCore.Content(_storage);

    /// <inheritdoc/>
    public readonly void CopyTo(Span<byte> destination) => AsUtf8Span().CopyTo(destination);

    /// <inheritdoc/>
    public readonly bool Equals(ShmText64 other) => ShmTextCore.Equal(_storage, other._storage);

    /// <inheritdoc/>
    public readonly bool Equals([NotNullWhen(true)] string? other) => other is not null && ShmTextCore.ContentEquals(_storage, other);

    /// <inheritdoc/>
    public readonly bool Equals(ReadOnlySpan<char> other) => ShmTextCore.ContentEquals(_storage, other);

    /// <inheritdoc/>
    public readonly bool Equals(ReadOnlySpan<byte> utf8) => AsUtf8Span().SequenceEqual(utf8);

    /// <inheritdoc/>
    public override readonly bool Equals([NotNullWhen(true)] object? obj) => obj is ShmText64 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => ShmTextCore.Hash(_storage);

    /// <summary>Orders by the bytes of UTF-8, which is by code point: culture plays no part.</summary>
    /// <inheritdoc/>
    public readonly int CompareTo(ShmText64 other) => ShmTextCore.Compare(_storage, other._storage);

    /// <summary>The text as a new string.</summary>
    public override readonly string ToString() => ShmTextCore.ToText(_storage);

    /// <inheritdoc/>
    public readonly bool TryFormat(Span<char> destination, out int charsWritten) =>
        ShmTextCore.TryFormat(_storage, destination, out charsWritten);

    /// <inheritdoc/>
    public readonly bool TryFormat(Span<byte> utf8Destination, out int bytesWritten) =>
        ShmTextCore.TryFormat(_storage, utf8Destination, out bytesWritten);

    readonly string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    readonly bool ISpanFormattable.TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(destination, out charsWritten);

    readonly bool IUtf8SpanFormattable.TryFormat(
        Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(utf8Destination, out bytesWritten);

    /// <inheritdoc/>
    public static implicit operator ShmText64(string text) => new(text);

    /// <inheritdoc/>
    public static explicit operator string(ShmText64 text) => text.ToString();

    /// <inheritdoc/>
    public static bool operator ==(ShmText64 left, ShmText64 right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(ShmText64 left, ShmText64 right) => !left.Equals(right);

    /// <inheritdoc/>
    public static bool operator ==(ShmText64 left, string? right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(ShmText64 left, string? right) => !left.Equals(right);

    /// <inheritdoc/>
    public static bool operator ==(string? left, ShmText64 right) => right.Equals(left);

    /// <inheritdoc/>
    public static bool operator !=(string? left, ShmText64 right) => !right.Equals(left);

    /// <inheritdoc/>
    public static bool operator ==(ShmText64 left, ReadOnlySpan<byte> right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(ShmText64 left, ReadOnlySpan<byte> right) => !left.Equals(right);

    /// <inheritdoc/>
    public static bool operator <(ShmText64 left, ShmText64 right) => left.CompareTo(right) < 0;

    /// <inheritdoc/>
    public static bool operator <=(ShmText64 left, ShmText64 right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public static bool operator >(ShmText64 left, ShmText64 right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public static bool operator >=(ShmText64 left, ShmText64 right) => left.CompareTo(right) >= 0;

    [InlineArray(Size)]
    private struct Storage
    {
        private byte _first;
    }
}
