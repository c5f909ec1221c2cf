using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A place in a storm that is taken again whenever its process is killed. The lives on it do not overlap.</summary>
/// <param name="act">What the peer is asked to do, up to its argument's last part, which is the log.</param>
/// <param name="name">In the names of its logs.</param>
/// <param name="standby">Where processes come from.</param>
/// <param name="logs">The folder of the logs.</param>
internal abstract class Seat(Func<string> act, string name, Standby standby, string logs) : IDisposable
{
    private PeerProcess? _process;
    private string _path = "";
    private int _lives;

    public abstract bool IsProducer { get; }

    /// <summary>Calls begun in this life.</summary>
    protected abstract long Calls { get; }

    public void Start()
    {
        _path = Path.Combine(logs, $"{name}-{_lives++}");
        CreateLog(_path);
        _process = standby.Take();
        _process.Tell($"{act()}:{_path}");
    }

    /// <summary>Waits until the process is at work, so that it can be killed there.</summary>
    public void WaitForCall() => Worker.WaitUntil(() => Calls > 0 || _process!.HasExited, $"a call by {_path}");

    /// <summary>SIGKILL, wherever it is.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForKill();
        Close(killed: true);
    }

    /// <summary>Lets the process end by itself.</summary>
    public void End()
    {
        if (IsProducer) _process!.Tell("stop");
        _process!.Hear(IsProducer ? "stopped" : "end");
        _process.WaitForSuccess();
        Close(killed: false);
    }

    public void Dispose()
    {
        _process?.Dispose();
        LetGoOfLog();
    }

    protected abstract void CreateLog(string path);

    /// <summary>The life's log goes into the books.</summary>
    protected abstract void Book(bool killed);

    protected abstract void LetGoOfLog();

    private void Close(bool killed)
    {
        Book(killed);
        Dispose();
        File.Delete(_path);
    }
}
