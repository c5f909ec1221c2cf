namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>
/// The programs that every combination of roles is taken through, as far as it suits them. In the short form each has the bounds
/// written with it; the long form adds one preemption.
/// </summary>
internal static class Repertoire
{
    /// <summary>Makes the long form.</summary>
    public const string LongVariable = "TSQ_STEPPER_LONG";

    public static bool IsLong { get; } = string.Equals(Environment.GetEnvironmentVariable(LongVariable), "1", StringComparison.Ordinal);

    /// <summary>Program, preemptions, deaths.</summary>
    public static IReadOnlyList<(string Program, int Preemptions, int Deaths)> All { get; } =
    [
        // Two threads, deeply.
        ("2 0: e e | d d", 3, 0),
        ("2 2: e e | d d", 3, 0),
        ("2 1: e | e", 3, 0),
        ("2 2: d | d", 3, 0),
        ("2 2: d d e e | d", 3, 0),
        ("2 2: d e d e | d", 3, 0),
        ("2 2: d e | p", 3, 0),
        ("2 2: d e d e | p", 2, 0),
        ("2 1: d e d e | d2", 2, 0),
        ("4 1: e3 | d2 d", 3, 0),
        ("2 1: e2 | e2 | d", 2, 0),
        ("2 2: s | d", 3, 0),
        ("2 2: s s | d d", 2, 0),
        ("2 1: s | s", 3, 0),
        ("2 1: c | d d", 3, 0),
        ("2 1: a e | d d", 3, 0),
        ("2 1: a a | d2 | e", 2, 0),
        ("2 1: e x | d i d i", 2, 0),
        ("2 0: e | x | d i", 2, 0),
        ("2 1: s | x | d i", 2, 0),
        ("2 2: s | x", 3, 0),
        ("2 2: s | x | d i", 2, 0),
        ("2 2: s | s | x", 2, 0),
        ("2 2: s | e | d", 2, 0),
        // Threads of one process share their view of head.
        ("2 1: e & e | d d", 2, 0),
        ("2 2: d & d | e", 2, 0),
        // One consumer reads in place.
        ("2 0: e e | r r", 3, 0),
        ("2 2: e | r2 r", 3, 0),
        ("2 2: s | r", 3, 0),
        ("2 2: s s | r2 r", 2, 0),
        ("2 2: s | s | r2", 2, 0),
        ("2 1: a | e | r2 r", 2, 0),
        ("2 1: s x | r2 i r", 2, 0),
        // Three processes.
        ("2 1: e | e | d d", 2, 0),
        ("2 2: d | d | e e", 2, 0),
        ("2 2: s | s | d", 2, 0),
        ("2 2: s | a | d d", 1, 0),
        // Looking closer while everybody lives must bury nobody.
        ("2 0: e | d i i d", 3, 0),
        ("2 0: e | e | i i d", 2, 0),
        ("2 0: c | i i d | i i d", 2, 0),
        ("2 1: a | i i d d", 3, 0),
        ("2 2: s | c | i i", 2, 0),
        // A death at every access.
        ("2 0: e e | d i i d", 2, 1),
        ("4 0: e3 | d i i d2", 2, 1),
        ("2 1: c | e | d i i d", 1, 1),
        ("2 1: a | d i i d", 2, 1),
        ("2 2: s | d d", 2, 1),
        ("2 1: e | s", 2, 1),
        ("2 2: s | e | d", 1, 1),
        ("2 2: s | s | d d", 1, 1),
        ("2 2: s | x | d i i", 1, 1),
        ("2 0: e | e | d i i d", 1, 1),
        ("2 2: d | d | e", 1, 1),
        ("4 2: d2 | d2 | e2", 1, 1),
        ("2 2: s | r2 d", 2, 1),
        ("4 1: e2 | r2 i i r2", 1, 1),
        ("2 0: e | d i i d | d i i d", 1, 1),
        ("2 1: e x | d i i d i i", 1, 1),
        ("2 1: e & e | d i i d", 1, 1),
        // A newcomer takes a dead process's lane.
        ("2 0: e | j e | d i i d", 1, 1),
        ("2 0: e | j e | j e", 1, 1),
        ("2 0: e | j e | i i d", 0, 2),
    ];
}
