namespace TypedShmQueue;

/// <summary>What tells a queue's file from every other. The library removes no file that does not begin with the mark.</summary>
internal static class QueueMark
{
    /// <summary>The first eight bytes: "TSHMQ" and a line end that careless text conversion would spoil.</summary>
    public const ulong Magic = 0x0A1A0A_514D485354;

    /// <summary>The longest name of a queue, in characters.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Whether a queue may have this name.</summary>
    /// <remarks>By a loop: a search for many values at once is compiled in many parts, at the first name of a process.</remarks>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxNameLength || name[0] == '.') return false;
        foreach (char one in name)
        {
            if (one is not ((>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-')) return false;
        }

        return true;
    }
}
