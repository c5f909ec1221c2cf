namespace TypedShmQueue.Queue.Groups;

/// <summary>Where dead letters go: a queue of the same type, in the same folder.</summary>
internal static class DeadLetterPlace
{
    /// <summary>Opens it, or creates it.</summary>
    public static Session Open<T>(Session of, string name) where T : unmanaged =>
        QueueOpening.OpenOrCreate<T>(of.Contract, name, of.Options with
        {
            DeadLetter = null,
            MaxDeliveries = 0,
            LeaseTimeout = null,
            WhenCompleted = WhenCompleted.Keep,
        });
}
