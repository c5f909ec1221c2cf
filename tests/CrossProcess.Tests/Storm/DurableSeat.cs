using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>The seat of a worker of a durable queue.</summary>
internal sealed class DurableSeat(Func<string> act, int number, Standby standby, DurableLedger ledger, string logs)
    : Seat(act, $"worker-{number}", standby, logs)
{
    private LeaseLog? _log;

    public override bool IsProducer => false;

    protected override long Calls => _log!.Calls;

    protected override void CreateLog(string path) => _log = LeaseLog.Create(path);

    protected override void Book(bool killed) => ledger.Lived([.. _log!.Events]);

    protected override void LetGoOfLog() => _log?.Dispose();
}
