using System.Runtime.CompilerServices;

namespace TypedShmQueue.Samples.Frames;

/// <summary>
/// A picture of a video. The attribute has the compiler write <c>FrameQueue</c>, <c>FrameSubscription</c>, <c>FrameGroup</c> and
/// <c>FrameLease</c> beside it. A frame is never a variable: it is written and read in its slot, 6 MB in shared memory.
/// </summary>
[ShmQueue(Delivery = Delivery.Broadcast, Capacity = 8)]
public struct Frame
{
    /// <summary>From 1.</summary>
    public long Number;

    /// <summary>When it was sent, by the clock that all processes of a machine share.</summary>
    public long SentAt;

    public ulong Checksum;

    public Pixels Pixels;
}

/// <summary>The pixels, red, green and blue, row by row. It becomes a span by itself.</summary>
[InlineArray(Bytes)]
public struct Pixels
{
    public const int Width = 1920, Height = 1080, BytesPerRow = 3 * Width, Bytes = Height * BytesPerRow;

    private byte _first;
}

/// <summary>How fast the camera is.</summary>
public enum Pace
{
    /// <summary>A picture at a time, as a camera makes them.</summary>
    Live,

    /// <summary>As fast as those that are waited for take them.</summary>
    FlatOut,
}

/// <summary>What one process has to say of the frames at one pace; an ordinary queue, from all of them to the orchestrator.</summary>
[ShmQueue(Capacity = 16)]
public struct Report
{
    public ShmText16 Who;
    public Pace Pace;
    public long Frames;

    /// <summary>Frames whose pixels are not those that were sent.</summary>
    public long Broken;

    /// <summary>All their checksums.</summary>
    public ulong Checksum;

    /// <summary>From the first to the last.</summary>
    public double Seconds;

    /// <summary>From the moment when a frame was sent to the moment when this process had it.</summary>
    public double MedianMicroseconds;

    /// <inheritdoc cref="MedianMicroseconds"/>
    public double P99Microseconds;
}
