using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>
/// The rule where each message goes to one consumer: what was acknowledged was taken once, or displaced once, or is in the hands of a
/// killed consumer; and whoever takes or displaces gets each producer's messages in the order they were sent.
/// </summary>
internal sealed class QueueLedger : IStormLedger
{
    private const int MostListed = 5;

    /// <summary>No storm comes this far; what is beyond it was never sent, as the balance will say.</summary>
    private const long MostSent = 1L << 32;

    private readonly Dictionary<int, Stream> _streams = [];
    private readonly Dictionary<(bool Displaces, int Seat, int Producer), long> _last = [];
    private readonly List<string> _faults = [];
    private long _taken;
    private long _handedOut;
    private long _mostHeld;
    private long _mostUncounted;

    public void Sent(int producer, long acknowledged, long begun)
    {
        Stream stream = Of(producer);
        if (begun > acknowledged) stream.Unacknowledged.Add((acknowledged, begun));
        stream.End = begun;
    }

    /// <summary>A consumer took a message; to be told in the order in which it took them.</summary>
    public void Taken(int consumer, int producer, long sequence)
    {
        _taken++;
        Note(displaces: false, consumer, producer, sequence);
    }

    public void Displaced(int displacer, int producer, long sequence)
    {
        _handedOut++;
        Note(displaces: true, displacer, producer, sequence);
    }

    /// <summary>A consumer was killed in a call that can take so many messages.</summary>
    public void DiedHolding(int most) => _mostHeld += most;

    // Killed between the displacement and its count.
    public void DiedDisplacing() => _mostUncounted++;

    public StormBalance Balance(long displacedInAll)
    {
        long sent = 0, late = 0;
        List<string> missing = [];
        foreach ((int producer, Stream stream) in _streams)
        {
            HashSet<long> unacknowledged = [.. stream.Unacknowledged.SelectMany(range => Range(range.From, range.To))];
            late += unacknowledged.Count(stream.Seen.Contains);
            sent += stream.End - unacknowledged.Count;
            missing.AddRange(Range(0, stream.End).Where(n => !stream.Seen.Contains(n) && !unacknowledged.Contains(n))
                .Select(n => Name(producer, n)));
            if (stream.Highest >= stream.End) _faults.Add($"{Name(producer, stream.Highest)} came, and was never sent");
        }

        // An EnqueueShift that displaces several hands out the last one only; the counter has them all.
        long notHandedOut = displacedInAll - _handedOut;
        if (notHandedOut < 0) _faults.Add($"{_handedOut} messages were handed out as displaced, and the queue counted {displacedInAll}");
        long allowed = _mostHeld + _mostUncounted + Math.Max(0, notHandedOut);
        if (missing.Count > allowed)
            _faults.Add($"{missing.Count} acknowledged messages are missing ({string.Join(", ", missing.Take(MostListed))}, ...), and the "
                + $"dead, with what was displaced unseen, can account for {allowed}");
        return new StormBalance(sent, late, _taken, displacedInAll, Math.Max(0, missing.Count - Math.Max(0, notHandedOut)), _faults);
    }

    private void Note(bool displaces, int seat, int producer, long sequence)
    {
        Stream stream = Of(producer);
        stream.Highest = Math.Max(stream.Highest, sequence);
        if (sequence > MostSent) return;
        if (!stream.Seen.Add(sequence)) _faults.Add($"{Name(producer, sequence)} came twice, the second time to seat {seat}");

        ref long last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, (displaces, seat, producer), out bool known);
        if (known && sequence < last) _faults.Add($"{Name(producer, sequence)} came to seat {seat} after {Name(producer, last)}");
        last = sequence;
    }

    private Stream Of(int producer)
    {
        ref Stream? stream = ref CollectionsMarshal.GetValueRefOrAddDefault(_streams, producer, out _);
        return stream ??= new Stream();
    }

    private static IEnumerable<long> Range(long from, long to)
    {
        for (long n = from; n < to; n++) yield return n;
    }

    private static string Name(int producer, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{producer}/{sequence}");

    /// <summary>One producer's messages, over all its lives.</summary>
    private sealed class Stream
    {
        public SequenceSet Seen { get; } = new();

        public List<(long From, long To)> Unacknowledged { get; } = [];

        public long End { get; set; }

        public long Highest { get; set; } = -1;
    }
}
