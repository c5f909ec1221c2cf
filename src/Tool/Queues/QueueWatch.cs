using System.Diagnostics;
using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Queues;

/// <summary>One queue, looked at again and again: its rates are those since the last look. Mutable; one thread.</summary>
internal sealed class QueueWatch(SegmentReader queue) : IDisposable
{
    private const int LengthOfLine = 30;

    private readonly Sparkline _depths = new(LengthOfLine);
    private QueueFacts? _before;
    private long _at;

    /// <summary>The queue at the last look.</summary>
    public QueueFacts Facts => _before ?? throw new InvalidOperationException("It was not looked at yet.");

    /// <summary>Messages sent per second.</summary>
    public double EnqueuedPerSecond { get; private set; }

    /// <summary>Messages taken per second; of a broadcast queue nobody counts them.</summary>
    public double? DequeuedPerSecond { get; private set; }

    /// <summary>How full it was at the last looks; as wide from the first look on.</summary>
    public string Depths => _depths.ToString().PadRight(LengthOfLine);

    public void Look()
    {
        QueueFacts now = QueueFacts.Of(queue);
        long at = Stopwatch.GetTimestamp();
        double seconds = Stopwatch.GetElapsedTime(_at, at).TotalSeconds;
        EnqueuedPerSecond = _before == null ? 0 : (now.Enqueued - _before.Enqueued) / seconds;
        DequeuedPerSecond = now.Dequeued is { } dequeued ? _before == null ? 0 : (dequeued - _before.Dequeued) / seconds : null;
        _depths.Add((double)now.Depth / now.Capacity);
        (_before, _at) = (now, at);
    }

    public void Dispose() => queue.Dispose();
}

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
