using System.Buffers;

namespace TypedShmQueue;

/// <summary>What tells a queue's file from every other. The library removes no file that does not begin with the mark.</summary>
internal static class QueueMark
{
    /// <summary>The first eight bytes: "TSHMQ" and a line end that careless text conversion would spoil.</summary>
    public const ulong Magic = 0x0A1A0A_514D485354;

    /// <summary>The longest name of a queue, in characters.</summary>
    public const int MaxNameLength = 128;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether a queue may have this name.</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxNameLength && name[0] != '.' && !name.ContainsAnyExcept(s_allowed);
}
