using System.Buffers;

namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>Messages by position; what is not in it was taken.</summary>
internal sealed class ListSource : IJournalSource, IJournalTarget
{
    public SortedDictionary<long, byte[]> Messages { get; } = [];

    public long Head { get; set; } = 8;

    public long Limit { get; set; } = 8;

    public bool IsCompleted { get; set; }

    public byte[] Side { get; set; } = [];

    public List<long> Delivered { get; } = [];

    public void Send(params ReadOnlySpan<byte> message) => Messages.Add(Limit++, message.ToArray());

    public bool TryCopy(long position, Span<byte> into, out int length)
    {
        length = 0;
        if (!Messages.TryGetValue(position, out byte[]? message)) return false;
        message.CopyTo(into);
        length = message.Length;
        return true;
    }

    public void WriteSideState(IBufferWriter<byte> into) => into.Write(Side);

    public void Message(long position, ReadOnlySpan<byte> bytes)
    {
        Delivered.Add(position);
        Messages.Add(position, bytes.ToArray());
    }

    public void Absent(long first, long end)
    {
        for (; first < end; first++) Delivered.Add(first);
    }

    /// <summary>What a journal gives back, as a source again.</summary>
    public static ListSource Of(JournalContents contents)
    {
        ListSource source = new()
        {
            Head = contents.Head,
            Limit = contents.Limit,
            IsCompleted = contents.IsCompleted,
            Side = contents.SideState.ToArray(),
        };
        ListSource target = source;
        contents.Deliver(ref target);
        source.Delivered.ShouldBe(Enumerable.Range(0, (int)(contents.Limit - contents.Head)).Select(i => contents.Head + i));
        return source;
    }

    public void ShouldBe(ListSource other)
    {
        (Head, Limit, IsCompleted).ShouldBe((other.Head, other.Limit, other.IsCompleted));
        Side.AsSpan().SequenceEqual(other.Side).ShouldBeTrue();
        Messages.Keys.ShouldBe(other.Messages.Keys.Where(p => p >= Head));
        foreach ((long position, byte[] message) in Messages)
            message.AsSpan().SequenceEqual(other.Messages[position]).ShouldBeTrue($"position {position}");
    }
}
