using System.Buffers;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>The bytes of a claimed slot as memory, for serializers that want more than a span.</summary>
/// <remarks>
/// Valid from <see cref="Open"/> to <see cref="Close"/>, which is no end for good: later use finds no bytes, and throws, until it is opened
/// again.
/// </remarks>
internal sealed unsafe class SlotMemory : MemoryManager<byte>
{
    private byte* _bytes;
    private int _length;

    /// <param name="bytes">The slot's. Precondition: claimed, and mapped until <see cref="Close"/>.</param>
    /// <param name="length">How many.</param>
    public void Open(byte* bytes, int length)
    {
        _bytes = bytes;
        _length = length;
    }

    /// <summary>The bytes from <paramref name="start"/> to the end.</summary>
    public Memory<byte> From(int start) => CreateMemory(start, _length - start);

    public override Span<byte> GetSpan() => new(_bytes, _length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, _length);
        // Mapped memory does not move.
        return new MemoryHandle(_bytes + elementIndex);
    }

    public override void Unpin()
    {
    }

    /// <summary>Later use finds no bytes.</summary>
    public void Close() => Open(null, 0);

    /// <summary>Has no effect: the memory's owner can be reached from the memory, and the slot is not that code's to end.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
