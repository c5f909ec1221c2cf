using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>The seat of one of the consumers that share a queue's messages.</summary>
internal sealed class ConsumerSeat(Func<string> act, int number, Standby standby, QueueLedger ledger, string logs)
    : Seat(act, $"consumer-{number}", standby, logs)
{
    private LifeLog? _log;

    public override bool IsProducer => false;

    protected override long Calls => _log!.Calls;

    protected override void CreateLog(string path) => _log = LifeLog.Create(path, firstSequence: 0);

    protected override void Book(bool killed)
    {
        // What its last call had in hand is what the rule is about.
        if (killed && _log!.InHand > 0) ledger.DiedHolding((int)_log.InHand);
        foreach ((int producer, long sequence) in _log!.Records) ledger.Taken(number, producer, sequence);
    }

    protected override void LetGoOfLog() => _log?.Dispose();
}
