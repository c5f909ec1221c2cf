namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>
/// The short form of the matrices has combinations of roles that stand for the rest: the one with everything shared, and mostly the one
/// with nothing.
/// </summary>
internal static class MatrixForm
{
    private const string LongVariable = "TSQ_KILL_MATRIX_LONG";

    public const string OnlyLong = $"Only with {LongVariable}=1.";

    public static bool IsLong { get; } = string.Equals(Environment.GetEnvironmentVariable(LongVariable), "1", StringComparison.Ordinal);
}
