using System.Runtime.CompilerServices;

namespace TypedShmQueue.Bench.Frames;

/// <summary>A large message: it is written and read in its slot, and never a variable.</summary>
/// <typeparam name="TPixels">Its bytes.</typeparam>
internal struct Frame<TPixels>
    where TPixels : unmanaged
{
    /// <summary>When it was committed, by the clock that all processes of a machine share.</summary>
    public long SentAt;

    public TPixels Pixels;
}

[InlineArray(64 * 1024)]
internal struct Bytes64K
{
    private byte _first;
}

[InlineArray(1024 * 1024)]
internal struct Bytes1M
{
    private byte _first;
}

/// <summary>A picture of 1920 by 1080 pixels.</summary>
[InlineArray(1920 * 1080 * 3)]
internal struct Bytes6M
{
    private byte _first;
}
