using System.Buffers;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>
/// A serialized message that waits for room. The array is rented; it is given back when the call has ended, and not before.
/// </summary>
/// <param name="Array">Holds the bytes.</param>
/// <param name="Length">How many.</param>
internal readonly record struct PendingBytes(byte[] Array, int Length)
{
    public ReadOnlySpan<byte> Bytes => Array.AsSpan(0, Length);

    public void Return() => ArrayPool<byte>.Shared.Return(Array);
}
