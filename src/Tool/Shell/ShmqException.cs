using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Tool.Shell;

/// <summary>Ends the command with a sentence and an exit code.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Always with an exit code and a sentence.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "A program has no callers.")]
internal sealed class ShmqException(int exitCode, string sentence) : Exception(sentence)
{
    public int ExitCode { get; } = exitCode;

    public static ShmqException NoSuchQueue(QueuePlace place) => new(Shell.ExitCode.NoSuchQueue,
        $"There is no queue '{place.Name}' in '{place.Directory}'. Run {Advice.Command("ls", place.Options)} to list the queues there, or "
            + $"use --directory for another folder.");
}
