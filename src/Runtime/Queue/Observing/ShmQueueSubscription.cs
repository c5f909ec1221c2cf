namespace TypedShmQueue;

/// <summary>One subscription to a broadcast queue, as it was when it was asked for.</summary>
/// <param name="Name">Its name; null for an anonymous one.</param>
/// <param name="ProcessId">The process that holds it, as it sees its own id; 0 if nobody does.</param>
/// <param name="IsAlive">Whether its holder lives: the kernel's word. False for a named one without a holder.</param>
/// <param name="IsLossy">Whether producers never wait for it.</param>
/// <param name="Position">The next message it takes, counted from the first that was ever sent.</param>
/// <param name="Lag">Messages that it has still to take, those being written included.</param>
/// <param name="Missed">Messages that were overwritten before it took them, as far as it has noticed.</param>
/// <param name="CreatedAt">When it was begun, by the wall clock.</param>
public sealed record ShmQueueSubscription(
    string? Name, int ProcessId, bool IsAlive, bool IsLossy, long Position, long Lag, long Missed, DateTimeOffset CreatedAt);
