using System.Runtime.CompilerServices;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>A message: a sequence number and ballast. The last eight bytes repeat the number, so that a torn one shows.</summary>
internal struct Message<TBallast>
    where TBallast : unmanaged
{
#pragma warning disable CS0649 // written as raw words, by Message.Stamp
    public long Sequence;
    public TBallast Ballast;
#pragma warning restore CS0649
}

[InlineArray(1)] internal struct Words1 { private long _first; }
[InlineArray(3)] internal struct Words3 { private long _first; }
[InlineArray(6)] internal struct Words6 { private long _first; }
[InlineArray(7)] internal struct Words7 { private long _first; }
[InlineArray(15)] internal struct Words15 { private long _first; }
[InlineArray(31)] internal struct Words31 { private long _first; }
[InlineArray(63)] internal struct Words63 { private long _first; }
[InlineArray(127)] internal struct Words127 { private long _first; }
[InlineArray(255)] internal struct Words255 { private long _first; }
[InlineArray(511)] internal struct Words511 { private long _first; }

/// <summary>What every contestant does to any message.</summary>
internal static class Message
{
    /// <summary>The sequence number that ends a stream.</summary>
    public const long EndMark = -1;

    public static readonly int[] Sizes = [8, 16, 32, 56, 64, 128, 256, 512, 1024, 2048, 4096];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stamp<T>(ref T message, long sequence)
        where T : unmanaged
    {
        Unsafe.As<T, long>(ref message) = sequence;
        Last(ref message) = sequence;
    }

    /// <summary>The sequence number; a torn message gives a number that no checksum survives.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Sequence<T>(ref T message)
        where T : unmanaged
    {
        long first = Unsafe.As<T, long>(ref message);
        return first + ((Last(ref message) ^ first) << 20);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref long Last<T>(ref T message)
        where T : unmanaged =>
        ref Unsafe.As<byte, long>(ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref message), Unsafe.SizeOf<T>() - sizeof(long)));
}
