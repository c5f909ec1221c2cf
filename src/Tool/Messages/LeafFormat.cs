using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace TypedShmQueue.Tool.Messages;

/// <summary>Writes the bytes of one element of a type as text, and makes them from it.</summary>
internal abstract partial class LeafFormat
{
    private static readonly FrozenDictionary<string, LeafFormat> s_formats = new Dictionary<string, LeafFormat>(StringComparer.Ordinal)
    {
        ["i8"] = new Number<sbyte>(), ["i16"] = new Number<short>(), ["i32"] = new Number<int>(), ["i64"] = new Number<long>(),
            ["int128"] = new Number<Int128>(),
        ["u8"] = new Number<byte>(), ["u16"] = new Number<ushort>(), ["u32"] = new Number<uint>(), ["u64"] = new Number<ulong>(),
            ["uint128"] = new Number<UInt128>(),
        ["half"] = new Number<Half>(), ["f32"] = new Number<float>(), ["f64"] = new Number<double>(),
        ["bool"] = new Value(static bytes => bytes[0] switch { 0 => "false", 1 => "true", _ => null }, TryParseBool, isBare: true),
        ["char"] = new Value(FormatChar, TryParseChar),
        ["rune"] = new Value(static bytes =>
            Rune.TryCreate(MemoryMarshal.Read<uint>(bytes), out Rune rune) ? rune.ToString() : null, TryParseRune),
        ["decimal"] = new Value(FormatDecimal, TryParseDecimal, isBare: true),
        ["guid"] = new Value(static bytes =>
            MemoryMarshal.Read<Guid>(bytes).ToString(), Parse<Guid>(static (string s, out Guid v) => Guid.TryParseExact(s, "D", out v)),
            "00112233-4455-6677-8899-aabbccddeeff"),
        ["datetime"] = new Value(FormatDateTime, TryParseDateTime, "2026-01-02T03:04:05Z"),
        ["datetimeoffset"] = new Value(FormatDateTimeOffset, Parse<DateTimeOffset>(TryParseDateTimeOffset), "2026-01-02T03:04:05+02:00"),
        ["timespan"] = new Value(static bytes =>
            new TimeSpan(MemoryMarshal.Read<long>(bytes)).ToString("c", CultureInfo.InvariantCulture), Parse<TimeSpan>(TryParseTimeSpan),
            "1.02:03:04.5 (days.hours:minutes:seconds)"),
        ["timeonly"] = new Value(static bytes =>
            MemoryMarshal.Read<long>(bytes) is >= 0 and < TimeSpan.TicksPerDay and long ticks
                ? new TimeOnly(ticks).ToString("O", CultureInfo.InvariantCulture)
                : null,
            Parse<TimeOnly>(static (string s, out TimeOnly v) =>
                TimeOnly.TryParseExact(s, "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out v)), "03:04:05"),
        ["dateonly"] = new Value(static bytes =>
            MemoryMarshal.Read<int>(bytes) is >= 0 and int day && day <= DateOnly.MaxValue.DayNumber
                ? DateOnly.FromDayNumber(day).ToString("O", CultureInfo.InvariantCulture)
                : null,
            Parse<DateOnly>(static (string s, out DateOnly v) =>
                DateOnly.TryParseExact(s, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out v)), "2026-01-02"),
        ["index"] = new Value(static bytes => MemoryMarshal.Read<Index>(bytes).ToString(), TryParseIndex, "3 or ^3"),
        ["range"] = new Value(static bytes => MemoryMarshal.Read<Range>(bytes).ToString(), TryParseRange, "1..^2"),
        ["text16"] = new Text(), ["text32"] = new Text(), ["text64"] = new Text(), ["text128"] = new Text(), ["text256"] = new Text(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Types that are several numbers in a row: what one of them is.</summary>
    private static readonly FrozenDictionary<string, string> s_elements = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["vector2"] = "f32", ["vector3"] = "f32", ["vector4"] = "f32", ["plane"] = "f32", ["quaternion"] = "f32", ["matrix3x2"] = "f32",
            ["matrix4x4"] = "f32", ["complex"] = "f64",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly LeafFormat s_unknown = new Value(HexOf, static (_, _) => false, isAnything: true);

    protected delegate bool Parser(string text, Span<byte> bytes);

    private delegate bool ValueParser<T>(string text, out T value);

    /// <summary>Whether JSON has it without quotes.</summary>
    public virtual bool IsBare => false;

    /// <summary>Whether any bytes are a value.</summary>
    public virtual bool IsAnything => false;

    /// <summary>An example, where the type alone does not say how its values look.</summary>
    public virtual string? Looks => null;

    /// <summary>Bytes to text; null if no writer of that type would have written them.</summary>
    public abstract string? Format(ReadOnlySpan<byte> bytes);

    /// <summary>Text to bytes; false if it is no such value, or does not fit. Precondition: where it is bare, the text is JSON's.</summary>
    public abstract bool TryParse(string text, Span<byte> bytes);

    /// <summary>Writes a number that JSON has; false if it is none.</summary>
    public virtual bool TryWriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes) => false;

    /// <summary>The text that is read back as just these bytes; null if there is none, as for NaNs with a payload.</summary>
    public string? FormatExactly(ReadOnlySpan<byte> bytes)
    {
        const int Most = 256;
        if (bytes.Length > Most || Format(bytes) is not { } text) return null;
        Span<byte> back = stackalloc byte[bytes.Length];
        back.Clear();
        return TryParse(text, back) && back.SequenceEqual(bytes) ? text : null;
    }

    /// <summary>The format of a type's elements; bytes as they are if it is not known here.</summary>
    public static LeafFormat Of(string type) => s_formats.GetValueOrDefault(type, s_unknown);

    /// <summary>Whether the type is several numbers in a row, and of which type they are.</summary>
    public static bool IsRow(string type, out string element) => s_elements.TryGetValue(type, out element!);

    /// <summary>
    /// Bytes as they are: for types of newer libraries, and for content that has no other text. No other text of a type is as long.
    /// </summary>
    public static string HexOf(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    public static bool TryParseHex(string text, Span<byte> bytes) =>
        text.StartsWith("0x", StringComparison.Ordinal) && text.Length == 2 + (2 * bytes.Length)
        && Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) == OperationStatus.Done;

    private static Parser Parse<T>(ValueParser<T> parse) where T : unmanaged => (text, bytes) =>
    {
        if (!parse(text, out T value)) return false;
        bytes.Clear(); // padding included
        MemoryMarshal.Write(bytes, value);
        return true;
    };

    private static bool TryParseBool(string text, Span<byte> bytes)
    {
        if (text is not ("true" or "false")) return false;
        bytes[0] = text is "true" ? (byte)1 : (byte)0;
        return true;
    }

    // Half of a pair is a char, and no text by itself.
    private static string? FormatChar(ReadOnlySpan<byte> bytes) =>
        MemoryMarshal.Read<char>(bytes) is var c && char.IsSurrogate(c) ? HexOf(bytes) : c.ToString();

    private static bool TryParseChar(string text, Span<byte> bytes)
    {
        if (TryParseHex(text, bytes)) return true;
        if (text.Length != 1) return false;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, text[0]);
        return true;
    }

    private static bool TryParseRune(string text, Span<byte> bytes)
    {
        if (!Rune.TryGetRuneAt(text.Length > 0 ? text : "\ud800", 0, out Rune rune) || rune.Utf16SequenceLength != text.Length)
            return false;
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

    /// <summary>Digits that a decimal has no room for are not rounded away.</summary>
    private static bool TryParseDecimal(string text, Span<byte> bytes)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out decimal value)) return false;
        if (DigitsOf(text) != DigitsOf(value.ToString(CultureInfo.InvariantCulture))) return false;
        MemoryMarshal.Write(bytes, value);
        return true;
    }

    /// <summary>The digits of a number between its first and its last that is not zero, and the power of ten of the last.</summary>
    private static (string Digits, int Power) DigitsOf(string number)
    {
        Match parts = JsonNumber().Match(number);
        string digits = (parts.Groups["whole"].Value + parts.Groups["part"].Value).TrimStart('0');
        string significant = digits.TrimEnd('0');
        if (significant.Length == 0) return ("", 0);
        // An exponent that is no int is none of a number that a decimal could hold.
        _ = int.TryParse(parts.Groups["power"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int power);
        return (significant, power - parts.Groups["part"].Length + digits.Length - significant.Length);
    }

    private static string? FormatDateTime(ReadOnlySpan<byte> bytes)
    {
        if (ReadDateTime(bytes) is not { } value) return null;
        string wall = DateTime.SpecifyKind(value, DateTimeKind.Unspecified)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture);
        return wall + KindOf(bytes) switch { 0 => "", 1 => "Z", 2 => LocalMark, _ => LaterMark };
    }

    /// <summary>
    /// A local time is that of the zone of who sent it, which nobody here knows, so it is not given another zone's offset. The second mark
    /// is what .NET keeps in the repeated hour: it is the one of daylight saving time.
    /// </summary>
    private const string LocalMark = " local", LaterMark = " local dst";

    private const ulong TicksMask = 0x3fff_ffff_ffff_ffff;
    private const int KindShift = 62;

    private static ulong KindOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> KindShift;

    private static DateTime? ReadDateTime(ReadOnlySpan<byte> bytes)
    {
        long ticks = (long)(BinaryPrimitives.ReadUInt64LittleEndian(bytes) & TicksMask);
        return ticks > DateTime.MaxValue.Ticks ? null : new DateTime(ticks, DateTimeKind.Unspecified);
    }

    private static bool TryParseDateTime(string text, Span<byte> bytes)
    {
        (ulong kind, string mark) = text switch
        {
            _ when text.EndsWith('Z') => (1ul, "Z"),
            _ when text.EndsWith(LocalMark, StringComparison.Ordinal) => (2ul, LocalMark),
            _ when text.EndsWith(LaterMark, StringComparison.Ordinal) => (3ul, LaterMark),
            _ => (0ul, ""),
        };
        if (!DateTime.TryParseExact(text.AsSpan(0, text.Length - mark.Length), "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime wall)) return false;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)wall.Ticks | (kind << KindShift));
        return true;
    }

    private static string? FormatDateTimeOffset(ReadOnlySpan<byte> bytes)
    {
        const int MostMinutes = 14 * 60;
        int minutes = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (ReadDateTime(bytes[sizeof(long)..]) is not { } utc || Math.Abs((long)minutes) > MostMinutes) return null;
        TimeSpan offset = TimeSpan.FromMinutes(minutes);
        long local = utc.Ticks + offset.Ticks;
        return local < 0 || local > DateTime.MaxValue.Ticks
            ? null
            : new DateTimeOffset(local, offset).ToString("O", CultureInfo.InvariantCulture);
    }

    private static bool TryParseDateTimeOffset(string text, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out value)
        || DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out value);

    private static bool TryParseTimeSpan(string text, out TimeSpan value)
    {
        value = default;
        return Span().IsMatch(text) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value);
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
        if (dots < 0 || !TryReadIndex(text.AsSpan(0, dots), out Index start) || !TryReadIndex(text.AsSpan(dots + 2), out Index end))
            return false;
        MemoryMarshal.Write(bytes, new Range(start, end));
        return true;
    }

    [GeneratedRegex(@"^-?(?<whole>\d+)(\.(?<part>\d+))?([eE](?<power>[+-]?\d+))?$", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"^-?(\d+\.)?\d\d:\d\d:\d\d(\.\d{1,7})?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Span();

    private sealed class Value(Func<ReadOnlySpan<byte>, string?> format, Parser parse, string? looks = null, bool isBare = false,
        bool isAnything = false) : LeafFormat
    {
        public override bool IsBare => isBare;

        public override bool IsAnything => isAnything;

        public override string? Looks => looks;

        public override string? Format(ReadOnlySpan<byte> bytes) => format(bytes);

        public override bool TryParse(string text, Span<byte> bytes) => parse(text, bytes);
    }

    private sealed class Text : LeafFormat
    {
        public override string? Format(ReadOnlySpan<byte> bytes) =>
            bytes[^1] < bytes.Length && Utf8.IsValid(bytes[..bytes[^1]]) ? Encoding.UTF8.GetString(bytes[..bytes[^1]]) : null;

        public override bool TryParse(string text, Span<byte> bytes)
        {
            bytes.Clear();
            if (!Encoding.UTF8.TryGetBytes(text, bytes[..^1], out int length)) return false;
            bytes[^1] = (byte)length;
            return true;
        }
    }

    private sealed class Number<T> : LeafFormat where T : unmanaged, INumber<T>, IUtf8SpanFormattable
    {
        /// <summary>Longer than any of them.</summary>
        private const int MostDigits = 64;

        public override bool IsBare => true;

        public override bool IsAnything => true;

        public override string Format(ReadOnlySpan<byte> bytes) =>
            MemoryMarshal.Read<T>(bytes).ToString(null, CultureInfo.InvariantCulture);

        public override bool TryParse(string text, Span<byte> bytes)
        {
            const NumberStyles AsInJson = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            if (!T.TryParse(text, AsInJson, CultureInfo.InvariantCulture, out T value)) return false;
            // A number beyond the type's range is parsed as an infinity or a zero that nobody gave.
            if (T.IsInfinity(value) && !text.EndsWith("Infinity", StringComparison.Ordinal)) return false;
            if (T.IsZero(value) && JsonNumber().Match(text) is var parts
                && (parts.Groups["whole"].Value + parts.Groups["part"].Value).Trim('0').Length > 0) return false;
            MemoryMarshal.Write(bytes, value);
            return true;
        }

        public override bool TryWriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
        {
            T value = MemoryMarshal.Read<T>(bytes);
            if (!T.IsFinite(value)) return false;
            Span<byte> digits = stackalloc byte[MostDigits];
            if (!value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture)) return false;
            writer.WriteRawValue(digits[..length], skipInputValidation: true);
            return true;
        }
    }
}
