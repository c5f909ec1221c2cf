namespace TypedShmQueue;

/// <summary>Who gets a message.</summary>
public enum Delivery
{
    /// <summary>Each message goes to one consumer.</summary>
    Queue,

    /// <summary>Each message goes to every consumer.</summary>
    Broadcast,

    /// <summary>
    /// Each message goes to one worker, which acknowledges it when the work is done. If the worker dies or gives it back, it goes to
    /// another. Producers wait while the queue is full, as with <see cref="Overflow.Wait"/>.
    /// </summary>
    Acknowledged,
}
