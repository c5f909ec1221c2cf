using System.Globalization;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// Dies at the k-th labelled step its thread comes to (see <see cref="Steps"/>), or at the first with a given label. It says "ready", and
/// if it survives "done" with what the operation said, and then the labels.
/// </summary>
/// <param name="step">The step by its number or its label; after "stop ", this process is stopped there instead of killed.</param>
/// <param name="everyThread">Whether the steps of all threads are meant.</param>
internal sealed class LabelTrap(string step, bool everyThread = false)
{
    private const string StopPrefix = "stop ";

    private readonly List<string> _labels = [];
    private readonly bool _stops = step.StartsWith(StopPrefix, StringComparison.Ordinal);
    private readonly string _step = step.StartsWith(StopPrefix, StringComparison.Ordinal) ? step[StopPrefix.Length..] : step;
    private bool _stopped;

    /// <param name="operation">What is done under the trap.</param>
    /// <param name="whenReady">What is waited for before it, once this process has said that it is ready.</param>
    public void Run(Func<string> operation, Action? whenReady = null)
    {
        Orders.Say("ready");
        whenReady?.Invoke();
        Steps.Reached = Reach;
        if (everyThread) Steps.ReachedElsewhere = Reach;
        string came = operation();
        Steps.Reached = null;
        Steps.ReachedElsewhere = null;
        lock (_labels)
        {
            Orders.Say("done" + came);
            Orders.Say(string.Join('|', _labels));
        }
    }

    private void Reach(string label)
    {
        lock (_labels)
        {
            _labels.Add(label);
            if (_stopped || (!string.Equals(_step, label, StringComparison.Ordinal)
                && !string.Equals(_step, _labels.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))) return;
            if (!_stops) SelfSignal.Kill();
            _stopped = true;
            SelfSignal.Stop();
        }
    }
}
