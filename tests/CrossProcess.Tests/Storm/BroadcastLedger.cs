using System.Globalization;
using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// The rule where every message goes to every subscriber. A witness, which nobody kills and producers wait for, tells which message was at
/// which position. Each subscription must have taken, in that order and once, what was between where it began and where it ended, but for
/// what it counted as missed; a named one goes on where its last holder was, but for what that one had in hand when it was killed.
/// </summary>
/// <param name="displaces">Producers displace: then the witness misses messages too, and what it missed can only be told by its
/// number.</param>
internal sealed class BroadcastLedger(bool displaces) : IStormLedger
{
    private readonly Dictionary<(int Producer, long Sequence), long> _positions = [];
    private readonly List<long> _known = [];
    private readonly Dictionary<int, (long Acknowledged, long Begun)> _sent = [];
    private readonly HashSet<(int Producer, long Sequence)> _unacknowledged = [];
    private readonly List<(StormSubscription Kind, IReadOnlyList<SubscriberEvent> Events, long InHand)> _lives = [];
    private readonly Dictionary<string, Standing> _named = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private long _witnessMissed;
    private long _taken;
    private long _missed;
    private long _unseen;
    private long _end;

    public void Sent(int producer, long acknowledged, long begun)
    {
        for (long n = acknowledged; n < begun; n++) _unacknowledged.Add((producer, n));
        _sent[producer] = (acknowledged, begun);
    }

    public void Displaced(int displacer, int producer, long sequence)
    {
        if (!displaces) _faults.Add($"{Name((producer, sequence))} was displaced, and nobody displaces");
    }

    public void DiedDisplacing()
    {
        // It is in nobody's hands: each subscriber counts for itself what it missed.
    }

    /// <summary>The witness took a message; to be told in its order.</summary>
    public void Witnessed(long position, int producer, long sequence)
    {
        if (_known.Count > 0 && position <= _known[^1]) _faults.Add($"The witness came to position {position} after {_known[^1]}");
        if (!_positions.TryAdd((producer, sequence), position)) _faults.Add($"{Name((producer, sequence))} came twice to the witness");
        _known.Add(position);
    }

    /// <summary>The witness has come to the queue's end.</summary>
    public void WitnessEnded(long position, long missed)
    {
        _end = position;
        _witnessMissed = missed;
    }

    /// <summary>A life on a subscriber's seat is over; to be told in the order of its lives.</summary>
    public void Lived(StormSubscription kind, IReadOnlyList<SubscriberEvent> events, long inHand) => _lives.Add((kind, events, inHand));

    public StormBalance Balance(long displacedInAll)
    {
        if (!displaces && _witnessMissed != 0) _faults.Add($"The witness, for whom producers wait, missed {_witnessMissed}");
        (int Producer, long Sequence)[] missing =
            [.. _sent.SelectMany(s => Range(s.Key, s.Value.Begun)).Where(m => !_positions.ContainsKey(m) && !_unacknowledged.Contains(m))];
        if (missing.Length > _witnessMissed)
            _faults.Add($"{missing.Length} acknowledged messages did not come to the witness ({Name(missing[0])}, ...), which missed "
                + $"{_witnessMissed}");
        foreach ((int Producer, long Sequence) message in _positions.Keys.Where(WasNotSent))
            _faults.Add($"{Name(message)} came to the witness, and was never sent");
        foreach ((StormSubscription kind, IReadOnlyList<SubscriberEvent> events, long inHand) in _lives) CheckLife(kind, events, inHand);
        return new StormBalance(_sent.Sum(s => s.Value.Begun) - _unacknowledged.Count, _unacknowledged.Count(_positions.ContainsKey),
            _taken, displacedInAll, _unseen, _faults) { Missed = _missed };
    }

    private void CheckLife(StormSubscription kind, IReadOnlyList<SubscriberEvent> events, long inHand)
    {
        Standing? now = null;
        foreach (SubscriberEvent e in events)
        {
            if (e.Begins) now = Begin(kind, now, e);
            else now!.Add(e);
        }

        if (now == null)
        {
            // It was killed before it had said where it begins.
            return;
        }

        CheckSubscription(kind, now);
        if (kind.IsNamed) _named[kind.Word] = now with { InHand = inHand };
    }

    private Standing Begin(StormSubscription kind, Standing? before, SubscriberEvent e)
    {
        if (before != null) CheckSubscription(kind, before);
        if (!kind.IsNamed) return new Standing(e.Position, e.Missed);
        before ??= _named.GetValueOrDefault(kind.Word) ?? new Standing(0, 0);
        long missed = e.Missed - before.Missed, between = KnownIn(before.Position, e.Position);
        if (e.Position < before.Position) _faults.Add($"'{kind.Word}' went back from {before.Position} to {e.Position}");
        long unseen = between - missed;
        if (unseen > before.InHand || (!displaces && unseen < 0))
            _faults.Add($"'{kind.Word}' went on at {e.Position} after {before.Position}: "
                + $"{between} messages are between, of which it counted {missed} as missed and a killed holder could have {before.InHand} "
                + $"in hand");
        if (!displaces && kind.IsWaitedFor && missed != 0)
            _faults.Add($"'{kind.Word}', for which producers wait, missed {missed} when it was absent");
        _unseen += Math.Max(0, unseen);
        _missed += missed;
        return new Standing(e.Position, e.Missed);
    }

    /// <summary>What came and what was missed between its beginning and its end, or death, is what was there.</summary>
    private void CheckSubscription(StormSubscription kind, Standing s)
    {
        long missed = s.Missed - s.MissedAtFirst, last = -1, known = 0;
        HashSet<(int, long)> seen = [];
        foreach ((int Producer, long Sequence) message in s.Taken)
        {
            if (!seen.Add(message)) _faults.Add($"{Name(message)} came twice to '{kind.Word}'");
            if (WasNotSent(message)) _faults.Add($"{Name(message)} came to '{kind.Word}', and was never sent");
            if (!_positions.TryGetValue(message, out long position))
            {
                // Only what the witness was too late for can be unknown to it.
                if (!displaces) _faults.Add($"{Name(message)} came to '{kind.Word}' and not to the witness");
                continue;
            }

            if (position <= last || position < s.First || position >= s.Position)
                _faults.Add($"{Name(message)} of position {position} came to '{kind.Word}' after {last}, between {s.First} and "
                    + $"{s.Position}");
            last = position;
            known++;
        }

        long lacking = KnownIn(s.First, s.Position) - known;
        if (displaces ? lacking > missed || s.Taken.Count + missed > s.Position - s.First : lacking != missed)
            _faults.Add($"'{kind.Word}' lacks {lacking} messages between {s.First} and {s.Position}, and counted {missed} as missed");
        if (!displaces && kind.IsWaitedFor && missed != 0) _faults.Add($"'{kind.Word}', for which producers wait, missed {missed}");
        if (s.Position > _end) _faults.Add($"'{kind.Word}' came to {s.Position}, and the end is {_end}");
        _taken += s.Taken.Count;
        _missed += missed;
    }

    /// <summary>Messages that the witness saw from one position up to another.</summary>
    private long KnownIn(long from, long to) => Math.Max(0, Index(to) - Index(from));

    private int Index(long position)
    {
        int index = _known.BinarySearch(position);
        return index < 0 ? ~index : index;
    }

    private bool WasNotSent((int Producer, long Sequence) message) =>
        !_sent.TryGetValue(message.Producer, out (long Acknowledged, long Begun) sent) || message.Sequence < 0
            || message.Sequence >= sent.Begun;

    private static IEnumerable<(int Producer, long Sequence)> Range(int producer, long end)
    {
        for (long n = 0; n < end; n++) yield return (producer, n);
    }

    private static string Name((int Producer, long Sequence) message) =>
        string.Create(CultureInfo.InvariantCulture, $"{message.Producer}/{message.Sequence}");

    /// <summary>One subscription: where it began, where it has come to, and what it took on the way.</summary>
    private sealed record Standing(long First, long MissedAtFirst)
    {
        public long Position { get; private set; } = First;

        public long Missed { get; private set; } = MissedAtFirst;

        /// <summary>What a killed holder's last call could take.</summary>
        public long InHand { get; init; }

        public List<(int Producer, long Sequence)> Taken { get; } = [];

        public void Add(SubscriberEvent e)
        {
            Position = e.Position;
            Missed = e.Missed;
            Taken.AddRange(e.Taken);
        }
    }
}
