namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>A journal that never fails.</summary>
internal sealed class MemoryFile : IJournalFile
{
    public byte[] Bytes { get; set; } = [];

    public int Syncs { get; private set; }

    public long Length => Bytes.Length;

    public int Read(long offset, Span<byte> into)
    {
        (offset % JournalFormat.Alignment).ShouldBe(0);
        (into.Length % JournalFormat.Alignment).ShouldBe(0);
        int count = (int)Math.Min(into.Length, Math.Max(0, Bytes.Length - offset));
        Bytes.AsSpan((int)offset, count).CopyTo(into);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > Bytes.Length)
        {
            byte[] longer = new byte[offset + bytes.Length];
            Bytes.CopyTo(longer, 0);
            Bytes = longer;
        }

        bytes.CopyTo(Bytes.AsSpan((int)offset));
    }

    public void Sync() => Syncs++;
}
