namespace TypedShmQueue;

/// <summary>One handle that is, or was, attached to a queue.</summary>
/// <param name="ProcessId">The process, as it sees its own id (a container's ids are its own).</param>
/// <param name="ProcessName">The process's name, cut to 63 bytes.</param>
/// <param name="JoinedAt">When the handle was attached, by the wall clock.</param>
/// <param name="IsAlive">Whether its lock is held: the kernel's word, true for a paused process too.</param>
/// <param name="IsSelf">Whether it is the handle that was asked.</param>
/// <param name="Parked">How often its threads have parked in the kernel.</param>
public sealed record ShmQueueParticipant(
    int ProcessId, string ProcessName, DateTimeOffset JoinedAt, bool IsAlive, bool IsSelf, long Parked);
