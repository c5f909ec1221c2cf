namespace TypedShmQueue.Ring;

/// <summary>Words that many processes raise, and that never fall.</summary>
internal static class Raised
{
    /// <summary>Raises it by one, to a number that nobody else gets; a full fence.</summary>
    public static long ByOne<TMemory>(ref long word) where TMemory : struct, IMemory
    {
        while (true)
        {
            long seen = TMemory.LoadAcquire(ref word);
            if (TMemory.CompareAndSwap(ref word, seen, seen + 1)) return seen + 1;
        }
    }

    /// <summary>Raises it to this, unless it is there already.</summary>
    public static void To<TMemory>(ref long word, long needed) where TMemory : struct, IMemory
    {
        while (true)
        {
            long seen = TMemory.LoadAcquire(ref word);
            if (seen >= needed || TMemory.CompareAndSwap(ref word, seen, needed)) return;
        }
    }
}
