namespace TypedShmQueue.Tool.Tests.Declared;

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TypedShmQueue;

[ShmQueue(Capacity = 2)]
[StructLayout(LayoutKind.Explicit, Size = 432)]
public struct Everything
{
    [FieldOffset(0)] public decimal Money;
    [FieldOffset(16)] public Int128 Int128;
    [FieldOffset(32)] public UInt128 UInt128;
    [FieldOffset(48)] public Guid Key;
    [FieldOffset(64)] public DateTimeOffset DateTimeOffset;
    [FieldOffset(80)] public ShmText64 Text;
    [FieldOffset(144)] public long I64;
    [FieldOffset(152)] public ulong U64;
    [FieldOffset(160)] public double F64;
    [FieldOffset(168)] public DateTime DateTime;
    [FieldOffset(176)] public TimeSpan TimeSpan;
    [FieldOffset(184)] public TimeOnly TimeOnly;
    [FieldOffset(192)] public Range Range;
    [FieldOffset(200)] public int I32;
    [FieldOffset(204)] public uint U32;
    [FieldOffset(208)] public float F32;
    [FieldOffset(212)] public System.Text.Rune Rune;
    [FieldOffset(216)] public DateOnly DateOnly;
    [FieldOffset(220)] public Index Index;
    [FieldOffset(224)] public System.Numerics.Vector2 Vector2;
    [FieldOffset(232)] public System.Numerics.Vector3 Vector3;
    [FieldOffset(244)] public System.Numerics.Vector4 Vector4;
    [FieldOffset(260)] public System.Numerics.Quaternion Quaternion;
    [FieldOffset(276)] public System.Numerics.Matrix3x2 Matrix;
    [FieldOffset(304)] public System.Numerics.Complex Complex;
    [FieldOffset(320)] public NumbersArray Numbers;
    [FieldOffset(336)] public LevelsArray Levels;
    [FieldOffset(384)] public InnerType Inner;
    [FieldOffset(408)] public MaybeType Maybe;
    [FieldOffset(416)] public short I16;
    [FieldOffset(418)] public ushort U16;
    [FieldOffset(420)] public Half Half;
    [FieldOffset(422)] public char Letter;
    [FieldOffset(424)] public sbyte I8;
    [FieldOffset(425)] public byte U8;
    [FieldOffset(426)] public bool Bool;
    [FieldOffset(427)] public SideType Side;

    [InlineArray(4)]
    public struct NumbersArray
    {
        private int _first;
    }

    [InlineArray(3)]
    public struct LevelsArray
    {
        private LevelsType _first;
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    public struct LevelsType
    {
        [FieldOffset(0)] public double Price;
        [FieldOffset(8)] public long Size;
    }

    [StructLayout(LayoutKind.Explicit, Size = 24)]
    public struct InnerType
    {
        [FieldOffset(0)] public long Sequence;
        [FieldOffset(8)] public BestType Best;

        [StructLayout(LayoutKind.Explicit, Size = 16)]
        public struct BestType
        {
            [FieldOffset(0)] public double Price;
            [FieldOffset(8)] public long Size;
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 8)]
    public struct MaybeType
    {
        [FieldOffset(0)] public bool HasValue;
        [FieldOffset(4)] public int Value;
    }

    public enum SideType : byte
    {
        Buy = 0,
        Sell = 1,
    }
}
