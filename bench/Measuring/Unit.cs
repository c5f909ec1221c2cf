namespace TypedShmQueue.Bench.Measuring;

/// <summary>What one cell's figure is.</summary>
internal enum Unit
{
    /// <summary>Messages or events a second; more is better.</summary>
    PerSecond,

    /// <summary>Nanoseconds a message; less is better.</summary>
    Nanoseconds,

    /// <summary>Nanoseconds of processor time a second; less is better.</summary>
    ProcessorTime,
}
