namespace TypedShmQueue.Ring;

/// <summary>The time by which messages age: the wall clock, since a queue on disk outlives the machine's own count.</summary>
internal static class Clock
{
    /// <summary>Milliseconds since 1970, UTC.</summary>
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
