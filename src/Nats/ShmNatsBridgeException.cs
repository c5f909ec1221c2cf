using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue.Nats;

/// <summary>
/// A bridge cannot do its work, and trying again would not help: the message says what is wrong and what to do. Nothing is lost: messages
/// that were not moved are where they were.
/// </summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Only bridges create these.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
public class ShmNatsBridgeException : Exception
{
    internal ShmNatsBridgeException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>
/// A message of the stream has another layout than those of the local queue. The message of the exception compares them field by field. The
/// message stays in the stream.
/// </summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Only bridges create these.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
public sealed class ShmNatsSchemaMismatchException : ShmNatsBridgeException
{
    internal ShmNatsSchemaMismatchException(string message, ulong sequence)
        : base(message) => Sequence = sequence;

    /// <summary>Which message of the stream it is.</summary>
    public ulong Sequence { get; }
}
