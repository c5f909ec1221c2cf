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

    protected Casting Open(int capacity = 8, TimeSpan? retention = null)
    {
        QueueContract contract = Contracts.Of<NoteSlot, TProducers, Subscribers>(NoteSlot.Fields);
        return new(Folder.Track(BroadcastQueue<NoteSlot, TProducers>.OpenOrCreate(contract, Name, Folder.Options with { Capacity = capacity, Retention = retention })));
    }

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

    /// <summary>A queue of notes for all who subscribe, as the compiler would write it.</summary>
    protected sealed class Casting(BroadcastQueue<NoteSlot, TProducers> slots)
    {
        public BroadcastQueue<NoteSlot, TProducers> Slots { get; } = slots;

        public SerializedMessages<Note, NoteSerializer, NoteSlot, TProducers, Subscribers> Messages { get; } = new(slots.Producer);

        public SerializedSubscription<Note> Subscribe(SubscriptionOptions? options = null) => Of(Slots.Subscribe(SubscribeFrom.Oldest, options));

        public SerializedSubscription<Note> Subscribe(string name) => Of(Slots.Subscribe(name, SubscribeFrom.Oldest, null));

        private static SerializedSubscription<Note, NoteSerializer, NoteSlot> Of(Subscription<NoteSlot> slots) => new(slots);
    }
}
