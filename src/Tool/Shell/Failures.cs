namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// Which failures are told in a sentence, and by which exit code. Any other is a fault of the tool, and keeps its stack trace.
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
