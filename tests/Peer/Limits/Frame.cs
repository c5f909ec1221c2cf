using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.Limits;

/// <summary>
/// A message of 3 MB: larger than the stack of the threads that send and take it, and than an element of an array may be.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Frame
{
    private const int Bytes = 3_000_000;

    public const string Fields = "0 8 i64 First\n8 3000000 u8[3000000] Pixels\n3000008 8 i64 Last\n";

    public long First;
    public fixed byte Pixels[Bytes];
    public long Last;
}

/// <summary>Where a large message lives: on the heap, as a field.</summary>
internal sealed class FrameHolder
{
    public Frame Frame;

    public FrameHolder Filled(long number)
    {
        (Frame.First, Frame.Last) = (number, ~number);
        return this;
    }

    /// <summary>The message is the one of that number, whole.</summary>
    public void Expect(long number)
    {
        if (Frame.First != number || Frame.Last != ~number)
            throw new InvalidDataException($"Expected frame {number}, got {Frame.First} and {~Frame.Last}.");
    }

    public void ExpectNothing()
    {
        if (Frame.First != 0 || Frame.Last != 0) throw new InvalidDataException($"Expected nothing, got {Frame.First} and {~Frame.Last}.");
    }
}
