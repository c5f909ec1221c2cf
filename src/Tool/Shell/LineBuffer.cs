using System.Buffers;
using System.Text;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// Bytes of a line that is being written, in pieces: a line of many megabytes is never copied to a larger place. Mutable.
/// </summary>
internal sealed class LineBuffer : IBufferWriter<byte>
{
    private const int SizeOfPiece = 1 << 16;

    private readonly List<(byte[] Bytes, int Used)> _pieces = [];
    private byte[] _last = new byte[SizeOfPiece];
    private int _used;

    /// <summary>What was written, in order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces =>
        _pieces.Select(static piece => (ReadOnlyMemory<byte>)piece.Bytes.AsMemory(0, piece.Used)).Append(_last.AsMemory(0, _used));

    public void Clear()
    {
        _pieces.Clear();
        _used = 0;
    }

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_last.Length - _used < Math.Max(sizeHint, 1))
        {
            _pieces.Add((_last, _used));
            (_last, _used) = (new byte[Math.Max(SizeOfPiece, sizeHint)], 0);
        }

        return _last.AsMemory(_used);
    }

    /// <summary>What was written, as text.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Decoder decoder = Encoding.UTF8.GetDecoder();
        foreach (ReadOnlyMemory<byte> piece in Pieces)
        {
            // A piece may end within a character.
            char[] chars = new char[decoder.GetCharCount(piece.Span, flush: false)];
            text.Append(chars, 0, decoder.GetChars(piece.Span, chars, flush: false));
        }

        return text.ToString();
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
