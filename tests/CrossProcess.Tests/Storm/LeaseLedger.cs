using System.Globalization;
using System.Runtime.InteropServices;
using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// The rule of a consumer group: what was sent is acknowledged once, by the last one that got it; each delivery has a number of its own,
/// and comes only after the one before was given back, or its holder was killed; and only the killed may have had a delivery of which
/// nobody knows.
/// </summary>
internal sealed class LeaseLedger : IStormLedger
{
    private const int MostListed = 5;

    private readonly Dictionary<(int Producer, long Sequence), Message> _messages = [];
    private readonly List<(int Producer, long From, long To)> _unacknowledged = [];
    private readonly Dictionary<int, long> _ends = [];
    private readonly List<string> _faults = [];
    private long _taken;
    private long _mostUnseen;

    public void Sent(int producer, long acknowledged, long begun)
    {
        if (begun > acknowledged) _unacknowledged.Add((producer, acknowledged, begun));
        _ends[producer] = begun;
    }

    public void Displaced(int displacer, int producer, long sequence) =>
        _faults.Add($"{Name(producer, sequence)} was displaced, though a group had not finished it");

    public void DiedDisplacing()
    {
        // It waits for the groups, and displaces nothing.
    }

    /// <summary>A worker's life is over.</summary>
    /// <param name="events">What it did.</param>
    /// <param name="killed">Whether it was killed.</param>
    /// <param name="inHand">How many messages the call that it was in can have taken.</param>
    public void Lived(IEnumerable<LeaseEvent> events, bool killed, int inHand)
    {
        _mostUnseen += inHand;
        foreach (LeaseEvent happened in events)
        {
            ref Message? message = ref CollectionsMarshal.GetValueRefOrAddDefault(_messages, (happened.Producer, happened.Sequence), out _);
            message ??= new Message();
            if (happened.Kind == LeaseEventKind.Taken)
            {
                _taken++;
                if (!message.Deliveries.TryAdd(happened.Delivery, killed ? LeaseEventKind.Taken : LeaseEventKind.None))
                    _faults.Add($"{Name(happened.Producer, happened.Sequence)} came twice as delivery {happened.Delivery}");
                if (killed) message.DiedWith.Add(happened.Delivery);
            }
            else
            {
                message.Deliveries[happened.Delivery] = happened.Kind;
            }
        }
    }

    public StormBalance Balance(long displacedInAll)
    {
        HashSet<(int, long)> late = [.. _unacknowledged.SelectMany(r => Range(r.From, r.To).Select(n => (r.Producer, n)))];
        long sent = 0, unseen = 0, again = 0;
        List<string> missing = [];
        foreach ((int producer, long end) in _ends)
        {
            for (long sequence = 0; sequence < end; sequence++)
            {
                bool mayMiss = late.Contains((producer, sequence));
                if (!mayMiss) sent++;
                if (!_messages.TryGetValue((producer, sequence), out Message? message))
                {
                    if (!mayMiss) missing.Add(Name(producer, sequence));
                    continue;
                }

                again += message.Deliveries.Count - 1;
                unseen += Judge(Name(producer, sequence), message);
            }
        }

        foreach ((int producer, long sequence) in _messages.Keys)
        {
            if (sequence >= _ends.GetValueOrDefault(producer)) _faults.Add($"{Name(producer, sequence)} came, and was never sent");
        }

        if (unseen > _mostUnseen) _faults.Add($"{unseen} deliveries are in no log, and the dead can account for {_mostUnseen}");
        if (missing.Count > 0) _faults.Add($"{missing.Count} messages never came: {string.Join(", ", missing.Take(MostListed))}, ...");
        if (displacedInAll > 0) _faults.Add($"{displacedInAll} messages were displaced, though a group had not finished them");
        long lateThatCame = late.Count(m => _messages.ContainsKey(m));
        return new StormBalance(sent, lateThatCame, _taken, displacedInAll, again, _faults);
    }

    /// <summary>Returns how many deliveries of it are in no log.</summary>
    private long Judge(string name, Message message)
    {
        int last = message.Deliveries.Keys.Max();
        foreach ((int delivery, LeaseEventKind end) in message.Deliveries)
        {
            bool died = message.DiedWith.Contains(delivery);
            if (delivery == last)
            {
                // Killed in the middle of acknowledging it: it was acknowledged, or it would have come again.
                if (end != LeaseEventKind.Acknowledged && !(died && end == LeaseEventKind.Acknowledging))
                    _faults.Add($"{name} was never acknowledged: its last delivery, {delivery}, ended as {end}");
            }
            else if (end == LeaseEventKind.Acknowledged)
            {
                _faults.Add($"{name} was acknowledged in delivery {delivery}, and came again");
            }
            else if (end != LeaseEventKind.GivingBack && !died)
            {
                _faults.Add($"{name} was in the hands of a living worker as delivery {delivery}, and came again");
            }
        }

        return last - message.Deliveries.Count;
    }

    private static IEnumerable<long> Range(long from, long to)
    {
        for (long n = from; n < to; n++) yield return n;
    }

    private static string Name(int producer, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{producer}/{sequence}");

    /// <summary>What became of a message.</summary>
    private sealed class Message
    {
        /// <summary>How each delivery ended.</summary>
        public Dictionary<int, LeaseEventKind> Deliveries { get; } = [];

        /// <summary>Deliveries whose worker was killed.</summary>
        public HashSet<int> DiedWith { get; } = [];
    }
}
