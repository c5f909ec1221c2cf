using TypedShmQueue.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>How bad it is.</summary>
internal enum Severity
{
    /// <summary>Good to know; it repairs itself, or is nobody's fault.</summary>
    Note,

    /// <summary>It needs an action, or a process waits because of it.</summary>
    Trouble,

    /// <summary>The library never writes this: something else wrote to the file.</summary>
    Corrupt,
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

    /// <summary>Content that no queue writes, and what to do about it.</summary>
    public static Finding CorruptBy(string what, QueuePlace place) => new(Severity.Corrupt, what,
        $"Something other than the library wrote to the file. Save what {Advice.Command("dump", place)} still shows, then delete the queue "
            + $"({Advice.Command("rm", place)}) and create it again.");
}
