using System.Globalization;
using System.Runtime.InteropServices;
using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// The rule of a durable queue with acknowledged delivery, over power failures: what was reported as committed is acknowledged in the end;
/// so is what a worker saw that sees only what is committed; an acknowledgement that was flushed is never undone, and one that was not only
/// by a power failure; nothing comes that was not sent; and the queue never goes back behind a position that it had reported.
/// </summary>
internal sealed class DurableLedger : IStormLedger
{
    private const int MostListed = 5;

    private readonly Dictionary<(int Producer, long Sequence), Message> _messages = [];
    private readonly List<(int Producer, long From, long To)> _unacknowledged = [];
    private readonly Dictionary<int, long> _ends = [];
    private readonly List<string> _faults = [];
    private long _limit;
    private long _taken;

    /// <summary>Power failures so far. A life lies between two of them.</summary>
    public int Epoch { get; private set; }

    /// <summary>Nobody lives, and the memory is gone.</summary>
    /// <param name="limit">What it said to be committed; 0 if nobody had made it yet.</param>
    public void LostPower(long limit)
    {
        Epoch++;
        _limit = Math.Max(_limit, limit);
    }

    /// <summary>The queue was recovered.</summary>
    public void Recovered(long limit)
    {
        if (limit < _limit) _faults.Add($"the queue ends at {limit}, but {_limit} was committed");
    }

    public void Sent(int producer, long acknowledged, long begun)
    {
        if (begun > acknowledged) _unacknowledged.Add((producer, acknowledged, begun));
        _ends[producer] = begun;
    }

    public void Displaced(int displacer, int producer, long sequence) => _faults.Add($"{Name(producer, sequence)} was displaced");

    public void DiedDisplacing()
    {
        // Nobody displaces.
    }

    /// <summary>A worker's life is over.</summary>
    public void Lived(IReadOnlyList<LeaseEvent> events)
    {
        int flushed = 0;
        for (int i = events.Count - 1; i >= 0 && flushed == 0; i--) if (events[i].Kind == LeaseEventKind.Flushed) flushed = i;
        bool isCareful = false;
        for (int i = 0; i < events.Count; i++)
        {
            LeaseEvent happened = events[i];
            if (happened.Kind is LeaseEventKind.Careful or LeaseEventKind.Hasty) isCareful = happened.Kind == LeaseEventKind.Careful;
            else if (happened.Kind != LeaseEventKind.Flushed) Note(happened, isCareful, isFlushed: i < flushed);
        }
    }

    public StormBalance Balance(long displacedInAll)
    {
        HashSet<(int, long)> unacknowledged = [];
        foreach ((int producer, long from, long to) in _unacknowledged)
            for (long n = from; n < to; n++) unacknowledged.Add((producer, n));
        List<string> lost = [], unseen = [];
        long sent = 0, late = 0, again = 0;
        foreach ((int producer, long end) in _ends)
        {
            for (long n = 0; n < end; n++)
            {
                Message message = _messages.GetValueOrDefault((producer, n)) ?? new Message();
                bool mayBeGone = unacknowledged.Contains((producer, n));
                if (!mayBeGone) sent++;
                else if (message.IsAcknowledged) late++;
                if (message.IsAcknowledged || message.MayBeAcknowledged) continue;
                if (!mayBeGone) lost.Add(Name(producer, n));
                else if (message.WasSeenCommitted) unseen.Add(Name(producer, n));
            }
        }

        foreach (((int producer, long sequence), Message message) in _messages)
        {
            again += message.Deliveries - 1;
            if (sequence >= _ends.GetValueOrDefault(producer)) _faults.Add($"{Name(producer, sequence)} came, and was never sent");
            // Acknowledged, on the disk, and there again after a power failure.
            if (message.FlushedIn < message.LastDeliveredIn)
                _faults.Add($"{Name(producer, sequence)} came again after its acknowledgement was flushed");
            if (message.AcknowledgedIn.Count != message.Acknowledgements)
                _faults.Add($"{Name(producer, sequence)} was acknowledged twice without a power failure between");
        }

        List(lost, "were committed and are never acknowledged");
        List(unseen, "were seen by those who see what is committed, and taken back");
        return new StormBalance(sent, late, _taken, displacedInAll, again, _faults);
    }

    private void Note(in LeaseEvent happened, bool isCareful, bool isFlushed)
    {
        ref Message? message = ref CollectionsMarshal.GetValueRefOrAddDefault(_messages, (happened.Producer, happened.Sequence), out _);
        message ??= new Message();
        switch (happened.Kind)
        {
            case LeaseEventKind.Taken:
                _taken++;
                message.Deliveries++;
                message.LastDeliveredIn = Math.Max(message.LastDeliveredIn, Epoch);
                message.WasSeenCommitted |= isCareful;
                break;
            case LeaseEventKind.Acknowledging:
                message.MayBeAcknowledged = true;
                break;
            case LeaseEventKind.Acknowledged:
                message.IsAcknowledged = true;
                message.Acknowledgements++;
                message.AcknowledgedIn.Add(Epoch);
                if (isFlushed) message.FlushedIn = Math.Min(message.FlushedIn, Epoch);
                break;
        }
    }

    private void List(List<string> messages, string what)
    {
        if (messages.Count > 0) _faults.Add($"{messages.Count} messages {what} ({string.Join(", ", messages.Take(MostListed))}, ...)");
    }

    private static string Name(int producer, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{producer}/{sequence}");

    private sealed class Message
    {
        public int Deliveries { get; set; }

        public bool WasSeenCommitted { get; set; }

        public bool IsAcknowledged { get; set; }

        /// <summary>Whoever was about to acknowledge it may have been killed when it had.</summary>
        public bool MayBeAcknowledged { get; set; }

        public int Acknowledgements { get; set; }

        public HashSet<int> AcknowledgedIn { get; } = [];

        public int FlushedIn { get; set; } = int.MaxValue;

        public int LastDeliveredIn { get; set; }
    }
}
