using System.Reflection;
using TypedShmQueue.Async;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Calls;

/// <summary>
/// Has the k-th risky step of this thread throw, as long as it is not disposed: an allocation, a thread's start, a registration, a question
/// to the system. The steps are those that the runtime labels (<see cref="Steps.CanThrow"/>).
/// </summary>
internal sealed class Risks : IDisposable
{
    private static readonly FieldInfo s_parkers = typeof(AsyncDispatcher)
        .GetField("s_parkers", BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly int _failing;
    private readonly string? _withoutRepair;
    private int _met;

    /// <param name="failing">Which one throws, from 1.</param>
    /// <param name="withoutRepair">A seeded fault: the repair of this label is left out.</param>
    public Risks(int failing, string? withoutRepair = null)
    {
        _failing = failing;
        _withoutRepair = withoutRepair;
        Steps.Risked = Meet;
        Steps.Repairing = OnRepair;
    }

    /// <summary>What a seeded fault left behind in this process: a parker that nobody runs.</summary>
    public static AsyncParker? WithoutThread { get; set; }

    /// <summary>Which step threw; null if the call came through.</summary>
    public string? Thrown { get; private set; }

    public void Dispose()
    {
        Steps.Risked = null;
        Steps.Repairing = null;
    }

    private void Meet(string label)
    {
        if (++_met != _failing) return;
        Thrown = label;
        throw new FailedCallException(label);
    }

    private void OnRepair(string label)
    {
        if (Thrown == null || !string.Equals(label, _withoutRepair, StringComparison.Ordinal)) return;
        // Under the dispatcher's lock, and by the thread that has just made its last parker.
        if (label is "dispatcher's parker") WithoutThread = ((List<AsyncParker>)s_parkers.GetValue(null)!)[^1];
        throw new FailedCallException(label);
    }
}
