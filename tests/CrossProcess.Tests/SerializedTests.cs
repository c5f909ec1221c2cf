using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Serialized messages between real processes, one of which is killed in the middle of serializing.</summary>
public abstract class SerializedTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Objects_travel_between_processes()
    {
        using var notes = Open(capacity: 16);
        using PeerProcess consumer = Peer("notes", "take"), producer = Peer("notes", "send");
        producer.Hear("sent");
        consumer.Hear("taken 1000");
        producer.WaitForSuccess();
        consumer.WaitForSuccess();
        notes.GetStatistics().Dequeued.ShouldBe(1000);
    }

    [Fact]
    public void A_process_killed_while_it_serializes_a_small_message_costs_nobody_anything()
    {
        using var notes = Open(capacity: 4);
        using PeerProcess peer = Peer("notes", "stall");
        peer.Hear("half written");
        if (!OneProducer)
        {
            notes.Enqueue(new Note(0, "meanwhile"), default);
            notes.Dequeue(default).ShouldBe(new Note(0, "meanwhile"));
        }

        peer.Kill();
        PassOn(notes);
        notes.GetStatistics().Recovered.ShouldBe(0);
    }

    /// <summary>The ring was full, so the message is written straight into its slot.</summary>
    [Fact]
    public void A_process_killed_while_it_serializes_in_place_costs_only_that_message()
    {
        using var notes = Open(capacity: 4);
        using PeerProcess peer = Peer("notes", "stall-in-place");
        peer.Hear("full");
        for (int i = 0; i < 4; i++) notes.Dequeue(default).ShouldBe(new Note(0, "filler"));
        peer.Tell("drained");
        peer.Hear("half written");
        if (!OneProducer)
        {
            // What is sent behind it waits with it.
            notes.Enqueue(new Note(0, "behind"), default);
            notes.TryDequeue(out _).ShouldBeFalse();
        }

        peer.Kill();
        if (OneProducer) notes.Enqueue(new Note(0, "behind"), default);
        notes.Dequeue(default).ShouldBe(new Note(0, "behind"));
        notes.GetStatistics().Recovered.ShouldBe(OneProducer ? 0 : 1);
        PassOn(notes);
    }

    private static void PassOn(NoteQueue<TProducers, TConsumers> notes)
    {
        for (int i = 1; i < 100; i++)
        {
            notes.Enqueue(new Note(i, "after"), default);
            notes.Dequeue(default).ShouldBe(new Note(i, "after"));
        }
    }

    private NoteQueue<TProducers, TConsumers> Open(int capacity) =>
        Folder.Track(NoteQueue<TProducers, TConsumers>.OpenOrCreate(Name, Folder.Options with { Capacity = capacity }));
}
