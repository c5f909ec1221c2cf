using TypedShmQueue.CrossProcess.Tests.Support;
using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A place in a storm that is taken again whenever its process is killed. The lives on it do not overlap.</summary>
/// <param name="act">What the peer is asked to do, up to its argument's last part, which is the log.</param>
/// <param name="isProducer">Whether it sends; else it takes.</param>
/// <param name="number">In the ledger.</param>
/// <param name="standby">Where processes come from.</param>
/// <param name="ledger">Where the logs go to.</param>
/// <param name="logs">The folder of the logs.</param>
internal sealed class Seat(Func<string> act, bool isProducer, int number, Standby standby, IStormLedger ledger, string logs) : IDisposable
{
    private PeerProcess? _process;
    private LifeLog? _log;
    private string _path = "";
    private long _next;
    private int _lives;

    public bool IsProducer => isProducer;

    public void Start()
    {
        _path = Path.Combine(logs, $"{(isProducer ? "producer" : "consumer")}-{number}-{_lives++}");
        _log = LifeLog.Create(_path, _next);
        _process = standby.Take();
        _process.Tell($"{act()}:{_path}");
    }

    /// <summary>Waits until the process is at work, so that it can be killed there.</summary>
    public void WaitForCall() => Worker.WaitUntil(() => _log!.Calls > 0 || _process!.HasExited, $"a call by {_path}");

    /// <summary>SIGKILL, wherever it is.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForKill();
        // A producer's last call, and a consumer's, are the ones that the rule is about.
        if (isProducer && _log!.Begun > _log.Acknowledged && _log.IsDisplacing) ledger.DiedDisplacing();
        if (!isProducer && _log!.InHand > 0) ledger.DiedHolding((int)_log.InHand);
        Close();
    }

    /// <summary>Lets the process end by itself.</summary>
    public void End()
    {
        if (isProducer) _process!.Tell("stop");
        _process!.Hear(isProducer ? "stopped" : "end");
        _process.WaitForSuccess();
        Close();
    }

    public void Dispose()
    {
        _process?.Dispose();
        _log?.Dispose();
    }

    private void Close()
    {
        foreach ((int producer, long sequence) in _log!.Records)
        {
            if (isProducer) ledger.Displaced(number, producer, sequence);
            else ledger.Taken(number, producer, sequence);
        }

        if (isProducer) ledger.Sent(number, _log.Acknowledged, _next = _log.Begun);
        Dispose();
        File.Delete(_path);
    }
}
