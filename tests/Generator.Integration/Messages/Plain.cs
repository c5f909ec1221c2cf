using System.Numerics;
using System.Text;

namespace TypedShmQueue.Generator.Integration.Messages;

[ShmQueue]
public struct Trade
{
    public long Id;
    public double Price;
    public ShmText16 Symbol;
}

[ShmQueue]
internal struct EveryPrimitive
{
    public bool Bool;
    public sbyte SByte;
    public short Short;
    public byte Byte;
    public int Int;
    public ushort UShort;
    public uint UInt;
    public float Float;
    public char Char;
    public ulong ULong;
    public double Double;
    public decimal Decimal;
    public Side Side;
    public Wide Wide;
    public Signed Signed;
    public DayOfWeek Day;
}

[ShmQueue]
internal struct EveryKnownType
{
    public byte First;
    public Guid Guid;
    public DateTime DateTime;
    public byte Second;
    public Int128 Int128;
    public DateOnly DateOnly;
    public TimeOnly TimeOnly;
    public DateTimeOffset DateTimeOffset;
    public Half Half;
    public Rune Rune;
    public UInt128 UInt128;
    public TimeSpan TimeSpan;
    public Index Index;
    public Range Range;
    public Vector2 Vector2;
    public Vector3 Vector3;
    public Vector4 Vector4;
    public Plane Plane;
    public Quaternion Quaternion;
    public Matrix3x2 Matrix3X2;
    public Matrix4x4 Matrix4X4;
    public Complex Complex;
    public ShmText32 Text32;
    public ShmText64 Text64;
    public ShmText128 Text128;
    public ShmText256 Text256;
}
