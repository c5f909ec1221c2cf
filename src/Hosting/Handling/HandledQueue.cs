namespace TypedShmQueue.Hosting.Handling;

/// <summary>
/// What a service takes from, and where it sends what failed. It owns what was opened for it: the subscription and the dead-letter queue.
/// </summary>
internal sealed class HandledQueue<T>(string registration, string name, IShmConsumer<T> consumer, IShmProducer<T>? deadLetters,
    params IDisposable?[] owned) : IDisposable
{
    /// <summary>The name of its registration.</summary>
    public string Registration { get; } = registration;

    public string Name { get; } = name;

    public IShmConsumer<T> Consumer { get; } = consumer;

    public IShmProducer<T>? DeadLetters { get; } = deadLetters;

    public void Dispose()
    {
        foreach (IDisposable? one in owned) one?.Dispose();
    }
}
