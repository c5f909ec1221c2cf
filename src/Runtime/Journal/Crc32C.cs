using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Journal;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of no bytes, before any are appended.</summary>
    public const uint Empty = 0xFFFFFFFF;

    /// <summary>
    /// The state after more bytes. The checksum that others compute is its complement; here states are stored and compared.
    /// </summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        ref byte next = ref MemoryMarshal.GetReference(bytes);
        nuint length = (nuint)bytes.Length;
        nuint at = 0;
        for (; length - at >= 8; at += 8)
            state = BitOperations.Crc32C(state, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref next, at)));
        for (; at < length; at++) state = BitOperations.Crc32C(state, Unsafe.Add(ref next, at));
        return state;
    }
}
