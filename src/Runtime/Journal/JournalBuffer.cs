namespace TypedShmQueue.Journal;

/// <summary>
/// Memory that devices can read and write without a copy: it begins at a multiple of <see cref="JournalFormat.Alignment"/> and is not
/// moved. Pages of it that are never used take no memory, so it can be as large as the largest message.
/// </summary>
internal readonly unsafe struct JournalBuffer
{
    private readonly byte[] _array;
    private readonly int _start;

    public JournalBuffer(long length)
    {
        Length = checked((int)JournalFormat.Align(length));
        _array = GC.AllocateUninitializedArray<byte>(Length + JournalFormat.Alignment, pinned: true);
        fixed (byte* first = _array) _start = (int)(-(nint)first & (JournalFormat.Alignment - 1));
    }

    public int Length { get; }

    public Span<byte> Span => _array.AsSpan(_start, Length);

    public Memory<byte> Memory => _array.AsMemory(_start, Length);
}
