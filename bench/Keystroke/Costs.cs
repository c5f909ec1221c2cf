namespace TypedShmQueue.Bench.Keystroke;

/// <summary>The medians of many runs.</summary>
/// <param name="All">Every queue emitted by a new driver.</param>
/// <param name="Elsewhere">After an edit of a body in a file without messages.</param>
/// <param name="Beside">After an edit of a body in a file with messages.</param>
/// <param name="Declaration">After an edit of a declaration in a file without messages.</param>
internal sealed record Costs(Cost All, Cost Elsewhere, Cost Beside, Cost Declaration);

/// <summary>What one run took.</summary>
internal readonly record struct Cost(double Milliseconds, double Kilobytes)
{
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Milliseconds,8:N2} ms | {Kilobytes,6:N0} KB");
}
