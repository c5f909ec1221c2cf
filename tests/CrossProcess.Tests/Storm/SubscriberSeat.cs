using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>The seat of one subscriber of a broadcast queue.</summary>
internal sealed class SubscriberSeat(Func<string> act, StormSubscription kind, Standby standby, BroadcastLedger ledger, string logs)
    : Seat(act, kind.Word, standby, logs)
{
    private SubscriberLog? _log;

    public override bool IsProducer => false;

    protected override long Calls => _log!.Calls;

    protected override void CreateLog(string path) => _log = SubscriberLog.Create(path);

    protected override void Book(bool killed) => ledger.Lived(kind, [.. _log!.Events], killed ? _log.InHand : 0);

    protected override void LetGoOfLog() => _log?.Dispose();
}
