using System.Diagnostics;

namespace TypedShmQueue.Nats;

/// <summary>
/// Labels of the steps of a bridge: where a test dies. They are compiled into Debug builds only; a Release build has neither a label nor a
/// call.
/// </summary>
internal static class BridgeSteps
{
    /// <summary>Told each label that any thread comes to.</summary>
    public static Action<string>? Reached { get; set; }

    /// <summary>A thread has come to a step.</summary>
    [Conditional("TSQ_STEPS")]
    public static void At(string label) => Reached?.Invoke(label);
}
