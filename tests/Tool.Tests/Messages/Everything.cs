using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedShmQueue.Tool.Tests.Messages;

/// <summary>One field of every type that a message may hold.</summary>
[ShmQueue(Capacity = 2)]
public struct Everything
{
    public decimal Money;
    public Int128 Int128;
    public UInt128 UInt128;
    public Guid Key;
    public DateTimeOffset DateTimeOffset;
    public ShmText64 Text;
    public long I64;
    public ulong U64;
    public double F64;
    public DateTime DateTime;
    public TimeSpan TimeSpan;
    public TimeOnly TimeOnly;
    public Range Range;
    public int I32;
    public uint U32;
    public float F32;
    public Rune Rune;
    public DateOnly DateOnly;
    public Index Index;
    public Vector2 Vector2;
    public Vector3 Vector3;
    public Vector4 Vector4;
    public Quaternion Quaternion;
    public Matrix3x2 Matrix;
    public Complex Complex;
    public Four Numbers;
    public Levels Levels;
    public Inner Inner;
    public int? Maybe;
    public short I16;
    public ushort U16;
    public Half Half;
    public char Letter;
    public sbyte I8;
    public byte U8;
    public bool Bool;
    public Side Side;
}

[InlineArray(4)]
public struct Four
{
    private int _first;
}

[InlineArray(3)]
public struct Levels
{
    private Level _first;
}

public struct Level
{
    public double Price;
    public long Size;
}

public struct Inner
{
    public long Sequence;
    public Level Best;
}
