using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Region;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Ring;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>
/// The system fails when it is asked who lives, in the middle of a batch: what the batch has is handed out or told all the same.
/// </summary>
public sealed unsafe class FailingSystemTests : BroadcastTests<ManyProducers>
{
    private const int Slots = 8;

    [Fact]
    public void Batch_of_a_subscription_that_has_something_asks_nobody()
    {
        using var queue = TypedQueue<Parcel, ManyProducers, Subscribers>.Create(Contract, Name, Folder.Options with { Capacity = Slots });
        Session session = queue.Session;
        session.Subscriptions.Records->Owner = session.Participants.Self.Word;
        SubscriberRing<Parcel, HardwareMemory> ring =
            new(session.Ring, session.Subscriptions, 0, new Failing(), oneProducer: false, session.KeepMapped);
        ring.Begin(lossy: false).ShouldBe(RingStatus.Done);
        queue.TryEnqueue(Parcels(0, 3)).ShouldBe(3);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        ring.Side.HeldUp.ExpireAt(Slots + 3); // the next empty look asks

        Parcel[] batch = new Parcel[Slots];
        ring.TryDequeue(batch, out int taken).ShouldBe(RingStatus.Done);
        batch[..taken].ShouldBe(Parcels(0, 3));
        Should.Throw<IOException>(() => ring.TryDequeue(batch, out _));
        writer.Dispose();
        queue.TryEnqueue(P(3)).ShouldBeTrue();
        ring.TryDequeue(batch, out taken).ShouldBe(RingStatus.Done);
        batch[..taken].ShouldBe([P(3)]);
    }

    [Fact]
    public void Rest_of_a_batch_asks_nobody()
    {
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(
            Contracts.Parcel<ManyProducers, ManyConsumers>(), Name, Folder.Options with { Capacity = Slots });
        Session session = queue.Session;
        MessageRing<Parcel, ManyProducers, ManyConsumers, HardwareMemory> ring = new(session.Ring, new Failing(), session.KeepMapped);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        ring.Consumer.HeldUp.ExpireAt(Slots); // the next empty look asks

        Parcel[] batch = new Parcel[2];
        ring.TryDequeue(batch, out _, hasSome: true).ShouldBe(RingStatus.Blocked);
        Should.Throw<IOException>(() => ring.TryDequeue(batch, out _));
        writer.Dispose();
    }

    /// <summary>Who is held up for long asks. The rounds go on past that.</summary>
    [Fact]
    public void Batch_that_was_sent_in_part_says_how_much()
    {
        var other = Create(Slots);
        using var reader = other.Subscribe(SubscribeFrom.Oldest, null);
        using var queue = TypedQueue<Parcel, ManyProducers, Subscribers>.Open(Contract, Name, Folder.Options);
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        Drain(reader).ShouldBe([0]);
        ((MappedRegion)queue.Session.KeepMapped).File.Dispose();
        for (int round = 0; round < 100; round++)
        {
            queue.TryEnqueue(Parcels(round * Slots, Slots + 1)).ShouldBe(Slots);
            Drain(reader).ShouldBe(Range(round * Slots, Slots));
        }

        bool failed = false;
        queue.TryEnqueue(Parcels(0, Slots)).ShouldBe(Slots);
        for (int look = 0; look < 1000 && !failed; look++)
        {
            try
            {
                queue.TryEnqueue(P(0)).ShouldBeFalse();
                Thread.Sleep(1);
            }
            catch (ObjectDisposedException)
            {
                failed = true;
            }
        }

        failed.ShouldBeTrue();
    }

    private sealed class Failing : IPeers
    {
        public bool IsAlive(long owner) => throw new IOException("The system does not say.");
    }
}
