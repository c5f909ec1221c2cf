using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Tests;

/// <summary>The reader of segments beside processes at full speed: what it calls a message is one, whole and of its position.</summary>
public sealed class BystanderTests : ToolTests
{
    private const int Messages = 400_000;

    [Fact]
    public void Many_to_many() => Look<ManyProducers, ManyConsumers>();

    [Fact]
    public void Many_to_one_that_waits() => Look<ManyProducers, OneWaitingConsumer>();

    [Fact]
    public void One_to_many() => Look<OneProducer, ManyConsumers>();

    [Fact]
    public void One_to_one_that_waits() => Look<OneProducer, OneWaitingConsumer>();

    private void Look<TProducers, TConsumers>()
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        const int Capacity = 4; // slots are used again as soon as can be
        var queue = Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>
            .Create(Contracts.Parcel<TProducers, TConsumers>(), "parcels",
            Options with { Capacity = Capacity, Wait = WaitPolicy.Adaptive }));
        using SegmentReader reader = SegmentReader.TryOpen("parcels", Options)!;
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < Messages; i++) queue.Enqueue(new Parcel(1, i), default);
        });
        Worker consumer = Worker.Start(() =>
        {
            for (int i = 0; i < Messages; i++) _ = queue.Dequeue(default);
        });

        byte[] bytes = new byte[reader.Geometry.MessageSize];
        long looks = 0, seen = 0;
        while (producer.IsRunning || consumer.IsRunning)
        {
            // What waits, and what was taken a moment ago.
            long position = Math.Max(reader.Ring.Capacity, reader.Tail - 1 - (looks++ % Capacity));
            if (reader.Read(position, bytes) != SlotContent.Message) continue;
            seen++;
            Parcel parcel = System.Runtime.InteropServices.MemoryMarshal.Read<Parcel>(bytes);
            (parcel.IsWhole, parcel.Sequence).ShouldBe((true, position - reader.Ring.Capacity));
        }

        producer.Join();
        consumer.Join();
        seen.ShouldBeGreaterThan(0);
    }
}
