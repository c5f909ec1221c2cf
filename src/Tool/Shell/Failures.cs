using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Queue;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// Which failures the tool reports in a sentence, and with which exit code. Any other is a fault of the tool, and keeps its stack trace.
/// </summary>
internal static class Failures
{
    /// <summary>Null: nobody foresaw it.</summary>
    public static int? ExitCodeOf(Exception e) => e switch
    {
        ShmqException told => told.ExitCode,
        ShmQueueNotFoundException => ExitCode.NoSuchQueue,
        ShmQueueCorruptException or ShmQueueSchemaMismatchException or ShmSchemaFormatException => ExitCode.Unusable,
        ShmQueueException => ExitCode.Refused,
        IOException or UnauthorizedAccessException or PlatformNotSupportedException => ExitCode.Failed,
        ArgumentException { ParamName: "options" or "name" } => ExitCode.WrongInput,
        _ => null,
    };

    /// <summary>What is said of it. Empty: nobody is left to be told.</summary>
    public static string SentenceOf(Exception e) => e is ArgumentException
        // The caller's parameter is nothing that the command line has.
        ? e.Message.Split(" (Parameter")[0]
        : e is UnauthorizedAccessException && e.Message.Contains(nameof(ShmQueueOptions.Permissions), StringComparison.Ordinal)
            ? e.Message + " Use --shared to let this tool open such queues."
            : e.Message;
}

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

/// <summary>What the process says at its end. Scripts rely on the numbers: docs/tool.md lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The system said no: permissions, space, descriptors.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a message given to <c>send</c>, cannot be understood.</summary>
    public const int WrongInput = 2;

    public const int NoSuchQueue = 3;

    /// <summary>The file is no queue, is of another version, truncated or corrupt.</summary>
    public const int Unusable = 4;

    /// <summary>Not now: a role is taken, an owner lives, the queue is full or completed, or nobody said yes.</summary>
    public const int Refused = 5;

    /// <summary><c>doctor</c> found something that somebody should do.</summary>
    public const int Findings = 6;

    /// <summary>
    /// Who read the output has closed it, before its end: the code that shells give to a command which a closed pipe ends.
    /// </summary>
    public const int OutputClosed = 141;
}
