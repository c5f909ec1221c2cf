using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue.Tool.Shell;

/// <summary>Ends the command with a sentence and an exit code.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Always with an exit code and a sentence.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "A program has no callers.")]
internal sealed class ShmqException(int exitCode, string sentence) : Exception(sentence)
{
    public int ExitCode { get; } = exitCode;

    public static ShmqException NoSuchQueue(string name, string directory) => new(Shell.ExitCode.NoSuchQueue,
        $"There is no queue '{name}' in '{directory}'. 'shmq ls' lists what there is; --directory looks elsewhere.");
}
