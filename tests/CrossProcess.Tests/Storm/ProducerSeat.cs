using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A producer's seat. A life goes on with the sequence where the one before it ended.</summary>
internal sealed class ProducerSeat(Func<string> act, int number, Standby standby, IStormLedger ledger, string logs)
    : Seat(act, $"producer-{number}", standby, logs)
{
    private LifeLog? _log;
    private long _next;

    public override bool IsProducer => true;

    protected override long Calls => _log!.Calls;

    protected override void CreateLog(string path) => _log = LifeLog.Create(path, _next);

    protected override void Book(bool killed)
    {
        if (killed && _log!.Begun > _log.Acknowledged && _log.IsDisplacing) ledger.DiedDisplacing();
        foreach ((int producer, long sequence) in _log!.Records) ledger.Displaced(number, producer, sequence);
        ledger.Sent(number, _log.Acknowledged, _next = _log.Begun);
    }

    protected override void LetGoOfLog() => _log?.Dispose();
}
