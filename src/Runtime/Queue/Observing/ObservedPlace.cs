namespace TypedShmQueue.Queue.Observing;

/// <summary>What tells one queue from another in metrics: two folders may have queues of one name.</summary>
internal readonly record struct ObservedPlace(string Directory, string Name);
