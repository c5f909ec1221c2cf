namespace TypedShmQueue.Tool.Shell;

/// <summary>Which failures are told in a sentence, and by which exit code. Any other is a fault of the tool, and keeps its stack trace.</summary>
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
}
