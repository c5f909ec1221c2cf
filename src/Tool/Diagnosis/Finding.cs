namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>How bad it is.</summary>
internal enum Severity
{
    /// <summary>Good to know; it mends itself, or is nobody's fault.</summary>
    Note,

    /// <summary>Somebody should do something, or somebody waits.</summary>
    Trouble,

    /// <summary>No run of the protocol writes this: something else wrote to the file.</summary>
    Spoilt,
}

/// <summary>Something that is not as it should be.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Finding(Severity Severity, string What, string Remedy)
{
    /// <summary>The position it is about, counted from the first message ever sent.</summary>
    public long? Position { get; init; }

    /// <summary>Whose it is, as that process saw its own id.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Whether that process lives: the kernel's word.</summary>
    public bool? IsAlive { get; init; }

    /// <summary>What spoilt content needs.</summary>
    public static Finding SpoiltBy(string what) => new(Severity.Spoilt, what, "Something else wrote to the file. Save what 'shmq dump' still shows, then delete the queue and create it anew.");
}
