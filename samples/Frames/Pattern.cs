using System.Numerics;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Frames;

/// <summary>What the camera sees: colored bars that move.</summary>
internal sealed class Pattern
{
    private const int Bars = 8;

    /// <summary>Two rows of bars beside each other: each row of a picture is a piece of it.</summary>
    private readonly byte[] _bars = new byte[2 * Pixels.BytesPerRow];

    public Pattern()
    {
        for (int x = 0; x < 2 * Pixels.Width; x++)
        {
            int color = x % Pixels.Width * Bars / Pixels.Width;
            for (int c = 0; c < 3; c++) _bars[(3 * x) + c] = (color >> c & 1) != 0 ? (byte)255 : (byte)(x % 64);
        }
    }

    public void Draw(Span<byte> canvas, long number)
    {
        for (int y = 0; y < Pixels.Height; y++)
        {
            int shift = 3 * (int)(((4 * number) + y) % Pixels.Width);
            _bars.AsSpan(shift, Pixels.BytesPerRow).CopyTo(canvas.Slice(y * Pixels.BytesPerRow, Pixels.BytesPerRow));
        }
    }

    /// <summary>Two sums, the second over all states of the first: it sees what is changed, and what is moved.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> pixels)
    {
        Vector<ulong> sum = default, sums = default;
        foreach (Vector<ulong> next in MemoryMarshal.Cast<byte, Vector<ulong>>(pixels))
        {
            sum += next;
            sums += sum;
        }

        return unchecked(Vector.Sum(sum) + (31 * Vector.Sum(sums)));
    }
}
