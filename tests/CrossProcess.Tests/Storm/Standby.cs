using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>Processes that have started and wait to be told what to do: a start takes far longer than a life in a storm.</summary>
internal sealed class Standby : IDisposable
{
    private const int Spare = 4;

    private readonly Queue<PeerProcess> _spare = new();

    /// <summary>The one that started first; another starts for it.</summary>
    public PeerProcess Take()
    {
        while (_spare.Count <= Spare) _spare.Enqueue(PeerProcess.Start(["standby"]));
        return _spare.Dequeue();
    }

    public void Dispose()
    {
        while (_spare.TryDequeue(out PeerProcess? process)) process.Dispose();
    }
}
