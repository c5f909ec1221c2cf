namespace TypedShmQueue.Tool.Queues;

/// <summary>The last values of something, as a line of blocks. Mutable.</summary>
internal sealed class Sparkline(int length)
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    private readonly Queue<double> _parts = new();

    /// <summary>Adds a value as a part of the most it can be, from 0 to 1.</summary>
    public void Add(double part)
    {
        _parts.Enqueue(Math.Clamp(part, 0, 1));
        if (_parts.Count > length) _parts.Dequeue();
    }

    /// <summary>Oldest first. Nothing at all is the lowest block, full the highest.</summary>
    public override string ToString() => string.Concat(_parts.Select(static part => Blocks[(int)Math.Ceiling(part * (Blocks.Length - 1))]));
}
