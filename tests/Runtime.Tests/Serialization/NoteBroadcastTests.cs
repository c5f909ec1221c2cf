namespace TypedShmQueue.Runtime.Tests.Serialization;

/// <summary>The base of tests with a broadcast queue of serialized messages.</summary>
public abstract class NoteBroadcastTests<TProducers> : IDisposable
    where TProducers : struct, IProducerRole
{
    protected QueueFolder Folder { get; } = new();

    protected string Name { get; } = ShmQueueName.NewUnique();

    public void Dispose()
    {
        NoteSerializer.Behave();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected NoteBroadcast<TProducers> Open(int capacity = 8, TimeSpan? retention = null) =>
        Folder.Track(NoteBroadcast<TProducers>.OpenOrCreate(Name, Folder.Options with { Capacity = capacity, Retention = retention }));

    protected static Note N(long id) => new(id, $"note {id}");

    protected static IReadOnlyList<long> Drain(SerializedSubscription<Note> subscription)
    {
        List<long> taken = [];
        while (subscription.TryDequeue(out Note? note))
        {
            note.ShouldBe(N(note.Id));
            taken.Add(note.Id);
        }

        return taken;
    }
}
