using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TypedShmQueue.Journal.Tests.Simulating;

/// <summary>What is broken if the ledger does not balance.</summary>
internal enum ViolationKind
{
    /// <summary>A message whose commit had returned is not there, or the queue went back behind a position that it had reported.</summary>
    Lost,

    /// <summary>Something is there that was never sent so: torn, from another position, behind a hole, or finished by nobody.</summary>
    Invented,

    /// <summary>A message came again whose acknowledgement was committed.</summary>
    Doubled,

    /// <summary>
    /// A bit flipped, and what was recovered differs without a word, or other positions were named than those that are lost.
    /// </summary>
    SilentRot,

    /// <summary>The disk was honest, and damage was reported: something is lost after all, or nothing is and the report is wrong.</summary>
    FalseAlarm,
}

/// <summary>The journal has not kept what it promises.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Only the simulator creates these.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
internal sealed class Violation(ViolationKind kind, string what)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{kind}: {what}"))
{
    public ViolationKind Kind { get; } = kind;
}

/// <summary>What was promised, and what may be: against this, a recovered queue is checked.</summary>
internal sealed class Ledger
{
    /// <summary>Every id that was ever sent at a position, also before a power failure took it back.</summary>
    private readonly Dictionary<long, List<int>> _everSent = [];

    /// <summary>Positions that were ever finished, also before a power failure took that back.</summary>
    private readonly HashSet<long> _everDone = [];

    /// <summary>The ids as they are now.</summary>
    private readonly Dictionary<long, int> _sent = [];
    private HashSet<long> _committedDone = [];
    private long _committedHead;
    private long _committedLimit;
    private long _seenLimit;
    private bool _committedEnd;
    private long _highest;

    public void Sent(long position, int id)
    {
        _sent[position] = id;
        if (!_everSent.TryGetValue(position, out List<int>? ids)) _everSent.Add(position, ids = []);
        ids.Add(id);
        _highest = Math.Max(_highest, position + 1);
    }

    public void Finished(IEnumerable<long> positions) => _everDone.UnionWith(positions);

    /// <summary>Whether a position was ever finished.</summary>
    public bool WasFinished(long position) => _everDone.Contains(position);

    /// <summary>What was reported as lost, and was accepted, need not come back.</summary>
    public void Accept(IReadOnlyList<PositionRange> lost)
    {
        foreach (PositionRange range in lost)
            for (long position = range.First; position < range.End; position++) _everDone.Add(position);
    }

    /// <summary>What a commit promises when it returns: what was sent below the limit, and what was finished when it began.</summary>
    public void Committed(long head, IEnumerable<long> done, bool isCompleted, long limit)
    {
        _committedHead = Math.Max(_committedHead, head);
        _committedLimit = Math.Max(_committedLimit, limit);
        _committedDone = [.. done];
        _committedEnd |= isCompleted;
    }

    /// <summary>At this instant the memory says that so much is committed: consumers may act on what is below it.</summary>
    public void Seen(long limit) => _seenLimit = Math.Max(_seenLimit, limit);

    /// <summary>A recovery has ended: what it found is what is promised from now on.</summary>
    public void Recovered(ModelQueue queue)
    {
        _sent.Clear();
        foreach ((long position, int id) in queue.Messages) _sent.Add(position, id);
        _everDone.UnionWith(queue.Done);
        _committedHead = queue.Head;
        _committedLimit = queue.Limit;
        _seenLimit = queue.Limit;
        _committedDone = [.. queue.Done];
        _committedEnd = queue.IsCompleted;
        for (long position = queue.Head - ModelQueue.Capacity; position < queue.Head; position++) _everDone.Add(position);
    }

    /// <summary>Checks a recovered queue in full.</summary>
    /// <param name="found">The queue.</param>
    /// <param name="memory">The queue as it was in memory when that was lost.</param>
    public void Check(ModelQueue found, ModelQueue memory)
    {
        if (found.Limit < _committedLimit) throw Lost($"the end is {found.Limit}, but {_committedLimit} was committed");
        if (found.Limit < _seenLimit) throw Lost($"the end is {found.Limit}, but consumers have seen all below {_seenLimit}");
        if (found.Limit > memory.Limit) throw Invented($"the end is {found.Limit}, but {memory.Limit} was never passed");
        if (found.Head > memory.Head) throw Lost($"the head is {found.Head}, but it was {memory.Head}");
        if (_committedEnd && !found.IsCompleted) throw Lost("the queue was completed, and is not");
        if (found.IsCompleted && !memory.IsCompleted) throw Invented("the queue is completed, which it never was");
        for (long position = _committedHead; position < found.Limit; position++)
        {
            bool isOpen = found.IsOpen(position);
            if (isOpen && (!found.Messages.TryGetValue(position, out int id) || id != _sent.GetValueOrDefault(position, -2)))
                throw Invented($"position {position} holds what was not sent there");
            if (!isOpen && memory.IsOpen(position))
                throw Lost($"position {position} is not there, and nobody finished it");
            if (isOpen && _committedDone.Contains(position)) throw Doubled(position);
        }

        for (long position = found.Head; position < _committedHead; position++)
            if (found.IsOpen(position)) throw Doubled(position);
    }

    /// <summary>
    /// Checks a queue from a disk that lied. It may be older than what was promised, but nothing in it is torn, and nothing is missing
    /// between what is there.
    /// </summary>
    /// <param name="found">The queue.</param>
    /// <param name="lost">What was reported as lost.</param>
    public void CheckOlder(ModelQueue found, IReadOnlyList<PositionRange> lost)
    {
        if (found.Limit > Math.Max(_highest, _committedLimit)) throw Invented($"the end is {found.Limit}, but {_highest} was never passed");
        for (long position = found.Head; position < found.Limit; position++)
        {
            if (found.IsOpen(position))
            {
                if (!found.Messages.TryGetValue(position, out int id)
                    || !_everSent.TryGetValue(position, out List<int>? ids) || !ids.Contains(id))
                    throw Invented($"position {position} holds what was never sent there");
            }
            else if (!_everDone.Contains(position) && !lost.Any(range => position >= range.First && position < range.End))
            {
                throw Invented($"position {position} is a hole that nobody reported");
            }
        }
    }

    private static Violation Lost(FormattableString what) => new(ViolationKind.Lost, FormattableString.Invariant(what));

    private static Violation Invented(FormattableString what) => new(ViolationKind.Invented, FormattableString.Invariant(what));

    private static Violation Lost(string what) => new(ViolationKind.Lost, what);

    private static Violation Invented(string what) => new(ViolationKind.Invented, what);

    private static Violation Doubled(long position) => new(ViolationKind.Doubled, string.Create(CultureInfo.InvariantCulture,
        $"position {position} came again, and its acknowledgement was committed"));
}
