namespace TypedShmQueue.Generator.Model;

/// <summary>A queue and the name of the file it is written to.</summary>
internal sealed record NamedQueue(string HintName, QueueModel Model);
