using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Generator.Integration.Messages;

[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct Packed
{
    public byte Flag;
    public long Value;
    public byte Tail;
}

[StructLayout(LayoutKind.Sequential, Size = 21)]
internal struct Sized
{
    public long Value;
    public int Other;
}

[StructLayout(LayoutKind.Explicit)]
internal struct Overlaid
{
    [FieldOffset(0)]
    public long Whole;

    [FieldOffset(0)]
    public int Low;

    [FieldOffset(4)]
    public int High;

    [FieldOffset(13)]
    public byte Last;
}

internal struct Pair<TFirst, TSecond>
{
    public TFirst First;
    public TSecond Second;
}

internal struct Nothing;

[InlineArray(3)]
internal struct Levels
{
    private Level _first;
}

internal record struct Level(Side Side, double Price, int Quantity);

[InlineArray(65)]
internal struct ManyLevels
{
    private Level _first;
}

[InlineArray(5), StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct PackedNumbers
{
    private long _first;
}

[InlineArray(8)]
internal struct Board
{
    private Levels _row;
}

/// <summary>Elements at 21 bytes from each other, and padding after the last.</summary>
[InlineArray(3)]
internal struct SizedRow
{
    private Sized _first;
}

[ShmQueue]
internal unsafe struct EveryShape
{
    public byte Start;
    public Packed Packed;
    public Sized Sized;
    public Overlaid Overlaid;
    public Pair<byte, Pair<short, long>> Pair;
    public Nothing Nothing;
    public fixed short Buffer[7];
    public Levels Levels;
    public ManyLevels Many;
    public PackedNumbers Numbers;
    public Board Board;
    public SizedRow SizedRow;
    public int? Maybe;
    public KeyedLevel? Keyed;

    /// <summary>C# 14: the accessors share a hidden field.</summary>
    public int Checked
    {
        readonly get => field;
        set => field = Math.Max(value, 0);
    }

    public long Auto { get; set; }
}

internal readonly record struct KeyedLevel(Guid Key, Level Level);

[ShmQueue, InlineArray(4)]
internal struct Quad
{
    private Side _side;
}

internal static partial class Outer
{
    [ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
    internal record struct Nested(int Number)
    {
        public static int Count { get; set; }

        public const int Limit = 5;

        public required byte Mark { get; init; }
    }
}
