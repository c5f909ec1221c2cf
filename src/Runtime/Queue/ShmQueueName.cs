namespace TypedShmQueue;

/// <summary>Names of queues: 1 to 128 of <c>A-Z a-z 0-9 . _ -</c>, not starting with a dot.</summary>
public static class ShmQueueName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = QueueMark.MaxNameLength;

    /// <summary>A name that no queue has: 33 characters, from 122 random bits. Allocates the string.</summary>
    public static string NewUnique() => "q" + Guid.NewGuid().ToString("N");

    /// <summary>Whether a queue may have this name.</summary>
    public static bool IsValid(ReadOnlySpan<char> name) => QueueMark.IsName(name);

    internal static void ThrowIfInvalid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name))
            throw new ArgumentException($"'{name}' is no name for a queue: 1 to {MaxLength} of A-Z a-z 0-9 . _ - and not starting with " +
                $"a dot.", nameof(name));
    }
}
