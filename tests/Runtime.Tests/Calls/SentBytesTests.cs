using System.Runtime.InteropServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>What a queue knows of a position that a process had claimed before it died: whether the message was sent.</summary>
public abstract class SentBytesTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int Slots = 4;

    /// <summary>A single producer's positions may be another's next.</summary>
    private static bool? Known(bool wasSent) => OneProducer ? null : wasSent;

    [Fact]
    public void A_message_that_was_sent_is_known_until_its_slot_is_another_s()
    {
        var queue = Create(Slots);
        QueueBytes bytes = QueueBytes.Of(queue);
        long claimed = SendFirst(bytes);
        bytes.WasSent(claimed, out _).ShouldBe(Known(true));
        Drain(queue).ShouldBe([0]);
        bytes.WasSent(claimed, out _).ShouldBe(Known(true), "that it was taken changes nothing");
        queue.Enqueue(Parcels(1, Slots));
        bytes.WasSent(claimed, out _).ShouldBeNull();
        bytes.RingNumber.ShouldBe(0);
    }

    [Fact]
    public void A_claim_that_was_not_published_or_given_up_is_no_message()
    {
        var queue = Create(Slots);
        QueueBytes bytes = QueueBytes.Of(queue);
        long claimed = SendFirst(bytes);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        bytes.WasSent(claimed + 1, out _).ShouldBe(Known(false));
        writer.Dispose();
        bytes.WasSent(claimed + 1, out _).ShouldBe(Known(false));
    }

    [Fact]
    public void A_full_queue_claims_nothing()
    {
        var queue = Create(Slots);
        queue.Enqueue(Parcels(0, Slots));
        long claimed = 0;
        QueueBytes.Of(queue).TryEnqueue(BytesOf(P(9)), ref claimed, out _).ShouldBeFalse();
        claimed.ShouldBe(0);
    }

    /// <summary>Sends a message; what it claimed.</summary>
    private static long SendFirst(QueueBytes bytes)
    {
        long claimed = 0;
        bytes.TryEnqueue(BytesOf(P(0)), ref claimed, out _).ShouldBeTrue();
        claimed.ShouldNotBe(0);
        return claimed;
    }

    private static byte[] BytesOf(Parcel parcel) => MemoryMarshal.AsBytes(new ReadOnlySpan<Parcel>(in parcel)).ToArray();
}

public sealed class SentBytesTests_ManyProducers_ManyConsumers : SentBytesTests<ManyProducers, ManyConsumers>;
public sealed class SentBytesTests_ManyProducers_OneConsumer : SentBytesTests<ManyProducers, OneConsumer>;
public sealed class SentBytesTests_OneProducer_OneConsumer : SentBytesTests<OneProducer, OneConsumer>;
