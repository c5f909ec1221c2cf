namespace TypedShmQueue.Bench.Keystroke;

/// <summary>The medians of many runs.</summary>
/// <param name="All">Every queue emitted by a new driver.</param>
/// <param name="Elsewhere">After an edit of a file without messages.</param>
/// <param name="Beside">After an edit of a file with messages, outside of them.</param>
internal sealed record Costs(Cost All, Cost Elsewhere, Cost Beside);

/// <summary>What one run took.</summary>
internal readonly record struct Cost(double Milliseconds, double Kilobytes);
