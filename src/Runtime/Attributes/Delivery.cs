namespace TypedShmQueue;

/// <summary>Who gets a message.</summary>
public enum Delivery
{
    /// <summary>Each message goes to one consumer.</summary>
    Queue,

    /// <summary>Each message goes to every consumer.</summary>
    Broadcast,
}
