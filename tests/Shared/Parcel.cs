using System.Runtime.InteropServices;

namespace TypedShmQueue.Testing;

/// <summary>
/// A message that proves itself: who sent it, which of the sender's it is, and a seal over both spread across the slot, so that a
/// message torn or mixed from two never passes for a whole one.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Parcel
{
    public readonly long Producer;
    public readonly long Sequence;
    private readonly ulong _seal1;
    private readonly ulong _seal2;
    private readonly ulong _seal3;
    private readonly ulong _seal4;
    private readonly ulong _seal5;

    public Parcel(long producer, long sequence)
    {
        Producer = producer;
        Sequence = sequence;
        _seal1 = Seal(1);
        _seal2 = Seal(2);
        _seal3 = Seal(3);
        _seal4 = Seal(4);
        _seal5 = Seal(5);
    }

    public bool IsWhole => this == new Parcel(Producer, Sequence);

    private ulong Seal(ulong salt)
    {
        // The finalizer of splitmix64: every bit of the input moves every bit of the seal.
        ulong x = unchecked(((ulong)Producer * 0x9E3779B97F4A7C15) + ((ulong)Sequence * 0xD1B54A32D192ED03) + salt);
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
        return x ^ (x >> 31);
    }
}
