using TypedShmQueue.Errors;

namespace TypedShmQueue.Journal;

/// <summary>Reads a journal through one buffer, in large aligned parts, so that what is read in order is read once.</summary>
internal sealed class JournalWindow
{
    /// <summary>Large enough that a device reads at full speed.</summary>
    private const int Preferred = 4 << 20;

    private readonly IJournalFile _file;
    private readonly JournalBuffer _buffer;
    private readonly string _queueName;
    private long _from;
    private long _to;

    /// <param name="file">The journal.</param>
    /// <param name="most">The most bytes that are asked for at a time.</param>
    /// <param name="queueName">For messages.</param>
    public JournalWindow(IJournalFile file, long most, string queueName)
    {
        _file = file;
        _queueName = queueName;
        _buffer = new JournalBuffer(Math.Max(Math.Min(Preferred, file.Length), most + (2 * JournalFormat.Alignment)));
    }

    /// <summary>The bytes at a place of the file, valid until the next call.</summary>
    /// <exception cref="ShmQueueCorruptException">The file ends before.</exception>
    public ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset < _from || offset + count > _to) Fill(offset, count);
        return _buffer.Span.Slice((int)(offset - _from), count);
    }

    /// <summary>At least one byte and at most so many at a place of the file, without reading any twice.</summary>
    public ReadOnlySpan<byte> Some(long offset, long most)
    {
        if (offset < _from || offset >= _to) Fill(offset, 1);
        return _buffer.Span.Slice((int)(offset - _from), (int)Math.Min(most, _to - offset));
    }

    private void Fill(long offset, int count)
    {
        _from = _to = offset & -JournalFormat.Alignment;
        int want = (int)Math.Min(_buffer.Length, _file.Length - _from) & -JournalFormat.Alignment;
        int have = 0;
        while (have < want && _file.Read(_from + have, _buffer.Span[have..want]) is var read and > 0)
        {
            have += read;
            // What a device gave less of than was asked for is asked for again from the beginning of its last page.
            if (have < want) have &= -JournalFormat.Alignment;
            if (read < JournalFormat.Alignment) break;
        }

        _to = _from + have;
        if (offset + count > _to)
            throw JournalHeader.Corrupt(_queueName, $"it ends at byte {_to}, but {Counted.Bytes(count)} at {offset} are part of it: it was "
                + "truncated while it was read");
    }
}
