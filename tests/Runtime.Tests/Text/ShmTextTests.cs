using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TypedShmQueue.Runtime.Tests.Text;

public sealed class ShmText16Tests : ShmTextTests<ShmText16>;

public sealed class ShmText32Tests : ShmTextTests<ShmText32>;

public sealed class ShmText64Tests : ShmTextTests<ShmText64>;

public sealed class ShmText128Tests : ShmTextTests<ShmText128>;

public sealed class ShmText256Tests : ShmTextTests<ShmText256>;

/// <summary>What every text type keeps, run once for each; a part per concern.</summary>
public abstract partial class ShmTextTests<T>
    where T : unmanaged, IShmText<T>
{
    private static readonly int s_size = Unsafe.SizeOf<T>();

    public static TheoryData<string> Texts =>
        ["A", "MSFT", "a\0b", "\0", " x ", "Zürich", "€uro", "日本語", "🦆 quack", "e\u0301", "\uFFFD"];

    /// <summary>One character of each length UTF-8 has.</summary>
    public static TheoryData<string> Characters => ["z", "é", "€", "🦆"];

    /// <summary>What no encoder emits: stray, cut, overlong, surrogate and out-of-range sequences.</summary>
    public static TheoryData<byte[]> MalformedUtf8 =>
    [
        [0x80], [0xFF], [0x41, 0xC3], [0xE2, 0x82],
        [0xF0, 0x9F, 0xA6], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3, 0x41],
    ];

    /// <summary>ASCII that ends in <paramref name="end"/> and takes exactly <paramref name="bytes"/> bytes of UTF-8.</summary>
    private static string Fill(int bytes, string end) => new string('x', bytes - Encoding.UTF8.GetByteCount(end)) + end;

    private static T Make(ReadOnlySpan<char> text)
    {
        T.TryCreate(text, out T result).ShouldBeTrue();
        return result;
    }

    /// <summary>A struct with any bytes at all in it, as a foreign process may write.</summary>
    private static T Forge(ReadOnlySpan<byte> content, byte length, byte rest = 0)
    {
        Span<byte> storage = stackalloc byte[s_size];
        storage.Fill(rest);
        content.CopyTo(storage);
        storage[^1] = length;
        return MemoryMarshal.Read<T>(storage);
    }

    private static byte[] Bytes(T text) => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in text)).ToArray();
}
