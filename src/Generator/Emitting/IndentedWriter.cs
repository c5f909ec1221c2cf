using System.Text;

namespace TypedShmQueue.Generator.Emitting;

/// <summary>Writes indented lines that end in '\n' on every machine.</summary>
internal sealed class IndentedWriter
{
    private const string Indentation = "    ";

    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>An empty line.</summary>
    public void Line() => _text.Append('\n');

    /// <summary>Each line of a block at the current depth; empty lines stay empty.</summary>
    /// <remarks>The block comes from a raw string literal, whose line ends are those of the file it was written in.</remarks>
    public void Block(string block)
    {
        foreach (var line in block.Split('\n'))
        {
            var content = line.TrimEnd('\r');
            for (var i = 0; i < _depth && content.Length > 0; i++)
                _text.Append(Indentation);
            _text.Append(content).Append('\n');
        }
    }

    /// <summary>A block one step deeper.</summary>
    public void Indented(string block)
    {
        _depth++;
        Block(block);
        _depth--;
    }

    public void Open(string header)
    {
        Block(header);
        Block("{");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Block("}");
    }

    public override string ToString() => _text.ToString();
}
