using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>Serialized messages to subscribers in other processes; some are killed in the middle of writing or reading one.</summary>
public abstract class SerializedBroadcastTests<TProducers> : CrossProcessTests<TProducers, Subscribers>
    where TProducers : struct, IProducerRole
{
    [Fact]
    public void Objects_travel_to_every_process_that_subscribes()
    {
        using var notes = Open(capacity: 16);
        using PeerProcess first = Subscriber("take"), second = Subscriber("take"), even = Subscriber("take-even");
        using PeerProcess producer = Peer("notes", "send");
        producer.Hear("sent");
        first.Hear("taken 1000");
        second.Hear("taken 1000");
        even.Hear("taken 500");
        foreach (PeerProcess peer in new[] { producer, first, second, even }) peer.WaitForSuccess();
        notes.GetStatistics().Displaced.ShouldBe(0);
    }

    [Fact]
    public void A_process_killed_while_it_serializes_a_small_message_costs_nobody_anything()
    {
        using var notes = Open(capacity: 4);
        using var subscription = notes.Subscribe();
        using PeerProcess peer = Peer("notes", "stall-writing");
        peer.Hear("half written");
        if (!OneProducer)
        {
            notes.Enqueue(new Note(0, "meanwhile"), default);
            subscription.Dequeue(default).ShouldBe(new Note(0, "meanwhile"));
        }

        peer.Kill();
        PassOn(notes, subscription);
        subscription.Missed.ShouldBe(0);
        notes.GetStatistics().Recovered.ShouldBe(0);
    }

    /// <summary>The ring was full, so the message is written straight into its slot.</summary>
    [Fact]
    public void A_process_killed_while_it_serializes_in_place_costs_only_that_message()
    {
        using var notes = Open(capacity: 4);
        using var subscription = notes.Subscribe();
        using PeerProcess peer = Peer("notes", "stall-writing-in-place");
        peer.Hear("full");
        for (int i = 0; i < 4; i++) subscription.Dequeue(default).ShouldBe(new Note(0, "filler"));
        peer.Tell("drained");
        peer.Hear("half written");
        if (!OneProducer)
        {
            // What is sent behind it waits with it.
            notes.Enqueue(new Note(0, "behind"), default);
            subscription.TryDequeue(out _).ShouldBeFalse();
        }

        peer.Kill();
        if (OneProducer) notes.Enqueue(new Note(0, "behind"), default);
        subscription.Dequeue(default).ShouldBe(new Note(0, "behind"));
        notes.GetStatistics().Recovered.ShouldBe(OneProducer ? 0 : 1);
        PassOn(notes, subscription);
        subscription.Missed.ShouldBe(0);
    }

    [Fact]
    public void A_process_killed_while_it_deserializes_holds_nobody_back()
    {
        using var notes = Open(capacity: 4);
        using var subscription = notes.Subscribe();
        using PeerProcess peer = Subscriber("stall-reading");
        notes.Enqueue(new Note(0, "first"), default);
        peer.Hear("half read");
        subscription.Dequeue(default).ShouldBe(new Note(0, "first"));
        peer.Kill();
        PassOn(notes, subscription);
        subscription.Missed.ShouldBe(0);
    }

    private static void PassOn(NoteBroadcast<TProducers> notes, SerializedSubscription<Note> subscription)
    {
        for (int i = 1; i < 100; i++)
        {
            notes.Enqueue(new Note(i, "after"), default);
            subscription.Dequeue(default).ShouldBe(new Note(i, "after"));
        }
    }

    private PeerProcess Subscriber(string act)
    {
        PeerProcess peer = Peer("notes", act);
        peer.Hear("subscribed");
        return peer;
    }

    private NoteBroadcast<TProducers> Open(int capacity) =>
        Folder.Track(NoteBroadcast<TProducers>.OpenOrCreate(Name, Folder.Options with { Capacity = capacity }));
}

public sealed class SerializedBroadcastTests_ManyProducers : SerializedBroadcastTests<ManyProducers>;
public sealed class SerializedBroadcastTests_OneProducer : SerializedBroadcastTests<OneProducer>;
