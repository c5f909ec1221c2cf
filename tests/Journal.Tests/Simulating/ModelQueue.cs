using System.Buffers;
using System.Buffers.Binary;

namespace TypedShmQueue.Journal.Tests.Simulating;

/// <summary>
/// A small queue whose messages are acknowledged out of order. A message is an id, from which all its bytes follow, so that a torn one
/// is seen.
/// </summary>
internal sealed class ModelQueue(Random random) : IJournalSource, IJournalTarget
{
    public const int Capacity = 12;
    public const int MaxMessage = 600;
    public const int MaxSide = 1024;
    private const int Unknown = -1;

    private readonly SortedDictionary<long, int> _messages = [];

    /// <summary>The ids of the messages from head to limit that memory still has.</summary>
    public IReadOnlyDictionary<long, int> Messages => _messages;

    /// <summary>Positions from head on that are finished, or never held a message.</summary>
    public SortedSet<long> Done { get; } = [];

    public long Head { get; private set; } = Capacity;

    public long Limit { get; private set; } = Capacity;

    public bool IsCompleted { get; set; }

    /// <summary>Raised with each change, so that each side state differs from the one before.</summary>
    public int Changes { get; private set; }

    /// <summary>What others do while a message is copied.</summary>
    public Action? Meanwhile { get; set; }

    public bool HasRoom => !IsCompleted && Limit - Head < Capacity;

    public void Send(int id)
    {
        _messages.Add(Limit++, id);
        Changes++;
    }

    /// <summary>One of the oldest messages is finished.</summary>
    public void FinishOne()
    {
        long[] open = [.. _messages.Keys.Where(position => !Done.Contains(position)).Take(4)];
        if (open.Length == 0) return;
        Done.Add(open[random.Next(open.Length)]);
        Changes++;
        Advance();
    }

    public bool IsOpen(long position) => position >= Head && position < Limit && !Done.Contains(position);

    public bool TryCopy(long position, Span<byte> into, out int length)
    {
        length = 0;
        Meanwhile?.Invoke();
        if (!_messages.TryGetValue(position, out int id)) return false;
        length = LengthOf(id);
        Fill(id, into[..length]);
        // A finished message may be there still.
        return !Done.Contains(position) || random.Next(2) == 0;
    }

    public void WriteSideState(IBufferWriter<byte> into)
    {
        Span<byte> span = into.GetSpan(8);
        BinaryPrimitives.WriteInt32LittleEndian(span, Done.Count);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], Changes);
        into.Advance(8);
        foreach (long position in Done)
        {
            BinaryPrimitives.WriteInt64LittleEndian(into.GetSpan(8), position);
            into.Advance(8);
        }

        int filler = LengthOf(Changes);
        Fill(Changes, into.GetSpan(filler)[..filler]);
        into.Advance(filler);
    }

    public void Message(long position, ReadOnlySpan<byte> bytes) => _messages.Add(position, IdOf(bytes));

    public void Absent(long first, long end)
    {
        for (; first < end; first++) Done.Add(first);
    }

    /// <summary>The queue that a journal holds.</summary>
    public static ModelQueue Of(JournalContents contents, Random random)
    {
        ModelQueue queue = new(random) { Head = contents.Head, Limit = contents.Limit, IsCompleted = contents.IsCompleted };
        contents.Deliver(ref queue);
        queue.ReadSideState(contents.SideState.Span);
        queue.Advance();
        return queue;
    }

    private void ReadSideState(ReadOnlySpan<byte> side)
    {
        if (side.IsEmpty) return; // lost, and reported as such
        int count = BinaryPrimitives.ReadInt32LittleEndian(side);
        Changes = BinaryPrimitives.ReadInt32LittleEndian(side[4..]);
        side = side[8..];
        if (count < 0 || count > side.Length / 8) throw new Violation(ViolationKind.Invented, "the side state is torn");
        for (; count > 0; count--)
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(side) is var position && position >= Head) Done.Add(position);
            side = side[8..];
        }

        Span<byte> filler = stackalloc byte[MaxMessage];
        filler = filler[..LengthOf(Changes)];
        Fill(Changes, filler);
        if (!side.SequenceEqual(filler)) throw new Violation(ViolationKind.Invented, "the side state is torn");
    }

    private void Advance()
    {
        while (Done.Remove(Head))
        {
            _messages.Remove(Head);
            Head++;
        }
    }

    private static int IdOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return Unknown;
        int id = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (id < 0 || bytes.Length != LengthOf(id)) return Unknown;
        Span<byte> whole = stackalloc byte[MaxMessage];
        whole = whole[..bytes.Length];
        Fill(id, whole);
        return bytes.SequenceEqual(whole) ? id : Unknown;
    }

    private static int LengthOf(int id) => 8 + (int)((uint)id * 2654435761u % (MaxMessage - 8 - 200));

    private static void Fill(int id, Span<byte> into)
    {
        ulong state = ((ulong)id * 0x9E3779B97F4A7C15) | 1;
        for (int at = 8; at < into.Length; at++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            into[at] = (byte)state;
        }

        BinaryPrimitives.WriteInt32LittleEndian(into, id);
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], ~id);
    }
}
