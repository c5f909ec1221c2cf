using TypedShmQueue.Layout;

namespace TypedShmQueue.Queue.Groups;

/// <summary>Where dead letters go: a queue of the same type, in the same folder.</summary>
internal static class DeadLetterPlace
{
    /// <summary>
    /// Every handle of the queue is a participant of its dead-letter queue, and there must be room for those who take from that one.
    /// </summary>
    private const int Readers = 64;

    /// <summary>The name of a group's dead-letter queue.</summary>
    /// <param name="prefix"><see cref="ShmQueueOptions.DeadLetter"/>.</param>
    /// <param name="group">The group's name.</param>
    /// <exception cref="ArgumentException">Together they are too long.</exception>
    public static string NameOf(string prefix, string group)
    {
        string name = $"{prefix}.{group}";
        return ShmQueueName.IsValid(name) ? name
            : throw new ArgumentException($"The dead-letter queue of the group '{group}' would be '{name}', from " +
                $"ShmQueueOptions.DeadLetter and the group's name, which is longer than {ShmQueueName.MaxLength} characters. Shorten one " +
                $"of the two.", nameof(group));
    }

    /// <summary>Opens it, or creates it.</summary>
    public static Session Open<T>(Session of, string name) where T : unmanaged =>
        QueueOpening.OpenOrCreate<T>(of.Contract, name, of.Options with
        {
            DeadLetter = null,
            MaxParticipants = Math.Min(of.Options.MaxParticipants + Readers, Segment.MaxParticipants),
            MaxDeliveries = 0,
            LeaseTimeout = null,
            WhenCompleted = WhenCompleted.Keep,
        });
}
