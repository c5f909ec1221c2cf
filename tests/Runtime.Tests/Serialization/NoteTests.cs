namespace TypedShmQueue.Runtime.Tests.Serialization;

/// <summary>The base of tests with a queue of serialized messages.</summary>
public abstract class NoteTests<TProducers, TConsumers> : IDisposable
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    protected static bool OneProducer => typeof(TProducers) == typeof(OneProducer);

    protected static bool NeverDisplaces => typeof(TConsumers) == typeof(OneWaitingConsumer);

    protected QueueFolder Folder { get; } = new();

    protected string Name { get; } = ShmQueueName.NewUnique();

    public void Dispose()
    {
        NoteSerializer.Behave();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected NoteQueue<TProducers, TConsumers> Open(int capacity = 8) =>
        Folder.Track(NoteQueue<TProducers, TConsumers>.OpenOrCreate(Name, Folder.Options with { Capacity = capacity }));

    protected static Note N(long id) => new(id, $"note {id}");

    /// <summary>A note whose bytes are so many.</summary>
    protected static Note OfBytes(long id, int bytes) => new(id, new string('x', bytes - sizeof(long)));

    protected static IReadOnlyList<long> Drain(NoteQueue<TProducers, TConsumers> queue)
    {
        List<long> taken = [];
        while (queue.TryDequeue(out Note? note)) taken.Add(note.Id);
        return taken;
    }
}
