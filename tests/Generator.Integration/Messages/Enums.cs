namespace TypedShmQueue.Generator.Integration.Messages;

internal enum Side : byte
{
    Buy,
    Sell,
}

internal enum Signed : sbyte
{
    Low = -128,
    High = 127,
}

internal enum Wide : ulong
{
    Zero,
    Most = ulong.MaxValue,
    Again = 0,
}
