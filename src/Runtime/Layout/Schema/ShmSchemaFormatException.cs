using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>A text is no schema: the message says in which line, what stands there and what was expected.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors",
    Justification = "Only the parser creates these, always with a line.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
public sealed class ShmSchemaFormatException : FormatException
{
    internal ShmSchemaFormatException(int line, string trouble) : base($"Line {line} of the schema is wrong: {trouble}.") => Line = line;

    /// <summary>The line that could not be read; the first is 1.</summary>
    public int Line { get; }
}
