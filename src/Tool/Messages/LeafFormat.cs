using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace TypedShmQueue.Tool.Messages;

/// <summary>How the bytes of one element of a type are told in text, and made from it.</summary>
/// <param name="IsBare">Whether JSON has it without quotes.</param>
/// <param name="Format">Bytes to text; null if no writer of that type would have written them.</param>
/// <param name="TryParse">Text to bytes; false if it is no such value, or does not fit.</param>
internal sealed record LeafFormat(bool IsBare, Func<ReadOnlySpan<byte>, string?> Format, LeafFormat.Parser TryParse)
{
    public delegate bool Parser(string text, Span<byte> bytes);

    private const ulong TicksMask = 0x3fff_ffff_ffff_ffff;
    private const int KindShift = 62;

    /// <summary>Bytes as they are: for types of newer libraries, and for content that cannot be read.</summary>
    public static LeafFormat Hex { get; } = new(false, static bytes => "0x" + Convert.ToHexStringLower(bytes), TryParseHex);

    private static LeafFormat Text { get; } = new(false, FormatText, TryParseText);

    private static readonly FrozenDictionary<string, LeafFormat> s_formats = new Dictionary<string, LeafFormat>(StringComparer.Ordinal)
    {
        ["i8"] = Number<sbyte>(), ["i16"] = Number<short>(), ["i32"] = Number<int>(), ["i64"] = Number<long>(), ["int128"] = Number<Int128>(),
        ["u8"] = Number<byte>(), ["u16"] = Number<ushort>(), ["u32"] = Number<uint>(), ["u64"] = Number<ulong>(), ["uint128"] = Number<UInt128>(),
        ["half"] = Number<Half>(), ["f32"] = Number<float>(), ["f64"] = Number<double>(),
        ["bool"] = new(true, static bytes => bytes[0] != 0 ? "true" : "false", TryParseBool),
        ["char"] = new(false, FormatChar, TryParseChar),
        ["rune"] = new(false, static bytes => Rune.TryCreate(MemoryMarshal.Read<uint>(bytes), out Rune rune) ? rune.ToString() : null, TryParseRune),
        ["decimal"] = new(true, FormatDecimal, Parse<decimal>(static (string s, out decimal v) => decimal.TryParse(s, NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out v))),
        ["guid"] = new(false, static bytes => MemoryMarshal.Read<Guid>(bytes).ToString(), Parse<Guid>(Guid.TryParse)),
        ["datetime"] = new(false, static bytes => ReadDateTime(bytes)?.ToString("O", CultureInfo.InvariantCulture), Parse<DateTime>(static (string s, out DateTime v) => DateTime.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out v))),
        ["datetimeoffset"] = new(false, FormatDateTimeOffset, Parse<DateTimeOffset>(static (string s, out DateTimeOffset v) => DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out v))),
        ["timespan"] = new(false, static bytes => new TimeSpan(MemoryMarshal.Read<long>(bytes)).ToString("c", CultureInfo.InvariantCulture), Parse<TimeSpan>(static (string s, out TimeSpan v) => TimeSpan.TryParse(s, CultureInfo.InvariantCulture, out v))),
        ["timeonly"] = new(false, static bytes => MemoryMarshal.Read<long>(bytes) is >= 0 and < TimeSpan.TicksPerDay and long ticks ? new TimeOnly(ticks).ToString("O", CultureInfo.InvariantCulture) : null, Parse<TimeOnly>(static (string s, out TimeOnly v) => TimeOnly.TryParse(s, CultureInfo.InvariantCulture, out v))),
        ["dateonly"] = new(false, static bytes => MemoryMarshal.Read<int>(bytes) is >= 0 and int day && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day).ToString("O", CultureInfo.InvariantCulture) : null, Parse<DateOnly>(static (string s, out DateOnly v) => DateOnly.TryParse(s, CultureInfo.InvariantCulture, out v))),
        ["index"] = new(false, static bytes => MemoryMarshal.Read<Index>(bytes).ToString(), TryParseIndex),
        ["range"] = new(false, static bytes => MemoryMarshal.Read<Range>(bytes).ToString(), TryParseRange),
        ["text16"] = Text, ["text32"] = Text, ["text64"] = Text, ["text128"] = Text, ["text256"] = Text,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Types that are several numbers in a row: what one of them is.</summary>
    private static readonly FrozenDictionary<string, string> s_elements = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["vector2"] = "f32", ["vector3"] = "f32", ["vector4"] = "f32", ["plane"] = "f32", ["quaternion"] = "f32", ["matrix3x2"] = "f32", ["matrix4x4"] = "f32", ["complex"] = "f64",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The format of a type's elements, <see cref="Hex"/> if it is not known here.</summary>
    public static LeafFormat Of(string type) => s_formats.GetValueOrDefault(type, Hex);

    /// <summary>Whether the type is several numbers in a row, and of which type they are.</summary>
    public static bool IsRow(string type, out string element) => s_elements.TryGetValue(type, out element!);

    private static LeafFormat Number<T>() where T : unmanaged, INumber<T> => new(true,
        static bytes => MemoryMarshal.Read<T>(bytes).ToString(null, CultureInfo.InvariantCulture),
        static (text, bytes) =>
        {
            if (!T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value)) return false;
            // A number beyond the type's range is parsed as an infinity that nobody gave.
            if (T.IsInfinity(value) && !text.Contains("Infinity", StringComparison.OrdinalIgnoreCase)) return false;
            MemoryMarshal.Write(bytes, value);
            return true;
        });

    private delegate bool ValueParser<T>(string text, out T value);

    private static Parser Parse<T>(ValueParser<T> parse) where T : unmanaged => (text, bytes) =>
    {
        if (!parse(text, out T value)) return false;
        bytes.Clear(); // padding included
        MemoryMarshal.Write(bytes, value);
        return true;
    };

    private static bool TryParseHex(string text, Span<byte> bytes) =>
        text.StartsWith("0x", StringComparison.Ordinal) && text.Length == 2 + (2 * bytes.Length)
        && Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) == System.Buffers.OperationStatus.Done;

    private static bool TryParseBool(string text, Span<byte> bytes)
    {
        if (!bool.TryParse(text, out bool value)) return false;
        bytes[0] = value ? (byte)1 : (byte)0;
        return true;
    }

    // Half of a pair is a char, and no text by itself.
    private static string? FormatChar(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<char>(bytes) is var c && char.IsSurrogate(c) ? Hex.Format(bytes) : c.ToString();

    private static bool TryParseChar(string text, Span<byte> bytes)
    {
        if (text.Length != 1) return false;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, text[0]);
        return true;
    }

    private static bool TryParseRune(string text, Span<byte> bytes)
    {
        if (!Rune.TryGetRuneAt(text.Length > 0 ? text : "\ud800", 0, out Rune rune) || rune.Utf16SequenceLength != text.Length) return false;
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rune.Value);
        return true;
    }

    private static string? FormatDecimal(ReadOnlySpan<byte> bytes)
    {
        const int MostDigitsBehindPoint = 28, ScaleShift = 16;
        const uint SignAndScale = 0x80ff_0000;
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bool isDecimal = (flags & ~SignAndScale) == 0 && ((flags & ~0x8000_0000) >> ScaleShift) <= MostDigitsBehindPoint;
        return isDecimal ? MemoryMarshal.Read<decimal>(bytes).ToString(CultureInfo.InvariantCulture) : null;
    }

    private static DateTime? ReadDateTime(ReadOnlySpan<byte> bytes)
    {
        ulong data = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        long ticks = (long)(data & TicksMask);
        if (ticks > DateTime.MaxValue.Ticks) return null;
        return new DateTime(ticks, (data >> KindShift) switch { 0 => DateTimeKind.Unspecified, 1 => DateTimeKind.Utc, _ => DateTimeKind.Local });
    }

    private static string? FormatDateTimeOffset(ReadOnlySpan<byte> bytes)
    {
        const int MostMinutes = 14 * 60;
        int minutes = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (ReadDateTime(bytes[sizeof(long)..]) is not { } utc || Math.Abs((long)minutes) > MostMinutes) return null;
        TimeSpan offset = TimeSpan.FromMinutes(minutes);
        long local = utc.Ticks + offset.Ticks;
        return local < 0 || local > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(local, offset).ToString("O", CultureInfo.InvariantCulture);
    }

    private static string? FormatText(ReadOnlySpan<byte> bytes) => bytes[^1] < bytes.Length && Utf8.IsValid(bytes[..bytes[^1]]) ? Encoding.UTF8.GetString(bytes[..bytes[^1]]) : null;

    private static bool TryParseText(string text, Span<byte> bytes)
    {
        bytes.Clear();
        if (!Encoding.UTF8.TryGetBytes(text, bytes[..^1], out int length)) return false;
        bytes[^1] = (byte)length;
        return true;
    }

    private static bool TryReadIndex(ReadOnlySpan<char> text, out Index index)
    {
        bool fromEnd = text.StartsWith('^');
        bool isIndex = int.TryParse(fromEnd ? text[1..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out int value);
        index = new Index(value, fromEnd);
        return isIndex;
    }

    private static bool TryParseIndex(string text, Span<byte> bytes)
    {
        if (!TryReadIndex(text, out Index index)) return false;
        MemoryMarshal.Write(bytes, index);
        return true;
    }

    private static bool TryParseRange(string text, Span<byte> bytes)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0 || !TryReadIndex(text.AsSpan(0, dots), out Index start) || !TryReadIndex(text.AsSpan(dots + 2), out Index end)) return false;
        MemoryMarshal.Write(bytes, new Range(start, end));
        return true;
    }
}
