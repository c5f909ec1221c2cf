using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Journal;

/// <summary>Positions from the first to before the end.</summary>
internal readonly record struct PositionRange(long First, long End)
{
    public override string ToString() => End - First == 1
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First} to {End - 1}");
}

/// <summary>Where records are that are whole: all those of a block, or what is left of a damaged one.</summary>
/// <param name="From">Where the first record is.</param>
/// <param name="To">Where the last one ends.</param>
/// <param name="Positions">The positions that they are of.</param>
/// <param name="Generation">Of the block.</param>
internal readonly record struct JournalPiece(long From, long To, PositionRange Positions, long Generation);

/// <summary>What a journal holds, as recovery found it.</summary>
internal sealed class JournalContents
{
    private readonly JournalWindow _window;
    private readonly string _queueName;
    private readonly bool _checks;

    internal JournalContents(JournalWindow window, string queueName, bool checks)
    {
        _window = window;
        _queueName = queueName;
        _checks = checks;
    }

    public required JournalHeader Header { get; init; }

    /// <summary>The oldest position that is wanted.</summary>
    public required long Head { get; init; }

    /// <summary>The end: the next message that is sent gets this position.</summary>
    public required long Limit { get; init; }

    public required bool IsCompleted { get; init; }

    /// <summary>As the source wrote it. Empty if no block is whole that has one; then it is older, too.</summary>
    public required ReadOnlyMemory<byte> SideState { get; init; }

    /// <summary>Where to go on. Its mark is set, so the first commit is a snapshot: that ends the recovery.</summary>
    public required JournalPosition Position { get; init; }

    /// <summary>The blocks that were followed.</summary>
    public required int Blocks { get; init; }

    /// <summary>The last whole block, whose side state this is. All zeros if there is none.</summary>
    public required BlockHeader Last { get; init; }

    /// <summary>
    /// What is wrong, in a sentence, or null. Nothing may be lost all the same, if what is damaged is not wanted any more.
    /// </summary>
    public string? Damage { get; init; }

    /// <summary>The positions whose messages were committed, are wanted, and cannot be read.</summary>
    public required IReadOnlyList<PositionRange> Lost { get; init; }

    /// <summary>How many positions are lost.</summary>
    public long LostCount => Lost.Sum(static lost => lost.End - lost.First);

    /// <summary>The side state is older than the messages: what was done since comes again.</summary>
    public bool IsSideStateOlder { get; init; }

    /// <summary>Whether anything that was committed is lost.</summary>
    public bool HasLoss => Lost.Count > 0 || IsSideStateOlder;

    internal required IReadOnlyList<JournalPiece> Pieces { get; init; }

    /// <summary>Hands out every position from <see cref="Head"/> to <see cref="Limit"/>, in order, each once.</summary>
    /// <exception cref="ShmQueueCorruptException">
    /// The file changed since it was recovered, or the device reads other bytes than before.
    /// </exception>
    public void Deliver<TTarget>(ref TTarget target)
        where TTarget : IJournalTarget, allows ref struct
    {
        long next = Head;
        foreach (JournalPiece piece in Pieces)
        {
            if (piece.Positions.End <= next) continue;
            if (piece.Positions.First > next) target.Absent(next, piece.Positions.First);
            next = Math.Max(next, piece.Positions.First);
            DeliverPiece(piece, ref next, ref target);
        }

        if (next < Limit) target.Absent(next, Limit);
    }

    private void DeliverPiece<TTarget>(in JournalPiece piece, ref long next, ref TTarget target)
        where TTarget : IJournalTarget, allows ref struct
    {
        uint seed = JournalFormat.Seed(JournalFormat.Seed(Header.QueueId), piece.Generation);
        long position = piece.Positions.First;
        long at = piece.From;
        ReadOnlySpan<byte> some = default;
        while (at < piece.To)
        {
            long room = piece.To - at;
            if (room < RecordHead.Size) throw Changed(at);
            if (some.Length < RecordHead.Size) some = Longer(at, RecordHead.Size, room);
            if (!RecordHead.TryRead(some, seed, room, Header.MessageSize, out RecordHead head, _checks)) throw Changed(at);
            long end = position + head.Count;
            if (head.Position != (uint)position || end > piece.Positions.End) throw Changed(at);
            if (head.Bytes > some.Length) some = Longer(at, (int)head.Bytes, room);
            if (end > next)
            {
                if (head.IsAbsent)
                {
                    target.Absent(next, end);
                }
                else
                {
                    ReadOnlySpan<byte> message = some.Slice(RecordHead.Size, (int)head.Length);
                    if (_checks && Crc32C.Append(Crc32C.Empty, message) != head.Content) throw Changed(at);
                    target.Message(position, message);
                }

                next = end;
            }

            position = end;
            at += head.Bytes;
            some = some[(int)head.Bytes..];
        }

        if (position != piece.Positions.End) throw Changed(at);
    }

    /// <summary>What is read at a place, when the bytes that were read before end in the middle of a record.</summary>
    private ReadOnlySpan<byte> Longer(long at, int least, long most)
    {
        _ = _window.At(at, least);
        return _window.Some(at, most);
    }

    private ShmQueueCorruptException Changed(long at) => JournalHeader.Corrupt(_queueName, string.Create(CultureInfo.InvariantCulture,
        $"the record at byte {at} is not what its block's checksum stands for: the file changed while it was recovered, or was forged"));
}
