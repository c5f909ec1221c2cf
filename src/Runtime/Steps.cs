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

    /// <summary>Given the label of each call that can throw, just before this thread makes it; may throw in its place.</summary>
    [ThreadStatic]
    public static Action<string>? Risked;

    /// <summary>As <see cref="Risked"/>, for every other thread.</summary>
    public static Action<string>? RiskedElsewhere { get; set; }

    /// <summary>
    /// Given the label of each repair that runs when a call throws, just before it runs. A test that throws here leaves the repair out,
    /// and shows that it would miss it.
    /// </summary>
    [ThreadStatic]
    public static Action<string>? Repairing;

    /// <summary>This thread has come to a step.</summary>
    [Conditional("TSQ_STEPS")]
    public static void At(string label) => (Reached ?? ReachedElsewhere)?.Invoke(label);

    /// <summary>The next call can throw: it allocates, starts a thread, or asks the system.</summary>
    [Conditional("TSQ_STEPS")]
    public static void CanThrow(string label) => (Risked ?? RiskedElsewhere)?.Invoke(label);

    /// <summary>What the call has done so far is taken back next, because a later part of it may have thrown.</summary>
    [Conditional("TSQ_STEPS")]
    public static void Repairs(string label) => Repairing?.Invoke(label);
}
