using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>The seat of a worker that takes under leases.</summary>
internal sealed class LeaseSeat(Func<string> act, string group, int number, Standby standby, LeaseLedger ledger, string logs)
    : Seat(act, $"worker-{group}-{number}", standby, logs)
{
    private LeaseLog? _log;

    public override bool IsProducer => false;

    protected override long Calls => _log!.Calls;

    protected override void CreateLog(string path) => _log = LeaseLog.Create(path);

    protected override void Book(bool killed) => ledger.Lived(_log!.Events, killed, killed ? (int)_log.InHand : 0);

    protected override void LetGoOfLog() => _log?.Dispose();
}
