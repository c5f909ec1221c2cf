namespace TypedShmQueue.Hosting;

/// <summary>What is done with a queue's name when the host starts.</summary>
public enum ShmQueueOpening
{
    /// <summary>The queue is opened, or created if there is none.</summary>
    OpenOrCreate,

    /// <summary>The queue is opened; if there is none, the host does not start.</summary>
    Open,

    /// <summary>The queue is created; if there is one, the host does not start.</summary>
    Create,
}
