using System.Diagnostics;

namespace TypedShmQueue;

/// <summary>
/// Labels of the steps outside the ring (the ring's are its shared accesses, see <see cref="Ring.IMemory"/>): where a test dies or
/// interferes. They are compiled into Debug builds only; a Release build has neither a label nor a call.
/// </summary>
internal static class Steps
{
    /// <summary>Told each label that this thread comes to.</summary>
    [ThreadStatic]
    public static Action<string>? Reached;

    /// <summary>Told each label that any other thread comes to: a pending call is the work of several.</summary>
    public static Action<string>? ReachedElsewhere { get; set; }

    /// <summary>This thread has come to a step.</summary>
    [Conditional("TSQ_STEPS")]
    public static void At(string label) => (Reached ?? ReachedElsewhere)?.Invoke(label);
}
