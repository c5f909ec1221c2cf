using System.Runtime.InteropServices;

namespace TypedShmQueue.Tool.Writing;

/// <summary>Two structs one behind the other, without padding.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Joined<TFirst, TSecond> where TFirst : unmanaged where TSecond : unmanaged
{
    public TFirst First;
    public TSecond Second;
}

/// <summary>
/// Structs of any size. The ring moves messages of a type, and a message that is known only by its schema has none; all that the ring
/// wants to know of it is how many bytes it takes, so any struct of that size will do.
/// </summary>
internal static class SizedType
{
    /// <summary>A struct of just so many bytes: put together of halves, as the number's binary digits say.</summary>
    public static Type Of(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Type? whole = null;
        Type part = typeof(byte);
        for (int rest = bytes; ; rest >>= 1)
        {
            if ((rest & 1) != 0) whole = whole == null ? part : Join(whole, part);
            if (rest <= 1) return whole!;
            part = Join(part, part);
        }
    }

    private static Type Join(Type first, Type second) => typeof(Joined<,>).MakeGenericType(first, second);
}
