using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Inspection;

/// <summary>Queues whose words are checked: corrupt ones are found, and those at full speed are whole at every look.</summary>
public sealed class VerificationTests : IDisposable
{
    private const int Looks = 2_000;

    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Many_to_many_at_full_speed_is_whole(int capacity) => LookBeside<ManyProducers, ManyConsumers>(capacity);

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Many_to_one_at_full_speed_is_whole(int capacity) => LookBeside<ManyProducers, OneWaitingConsumer>(capacity);

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void One_to_many_at_full_speed_is_whole(int capacity) => LookBeside<OneProducer, ManyConsumers>(capacity);

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void One_to_one_at_full_speed_is_whole(int capacity) => LookBeside<OneProducer, OneWaitingConsumer>(capacity);

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Broadcast_of_many_at_full_speed_is_whole(int capacity) => LookBesideBroadcast<ManyProducers>(capacity);

    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Broadcast_of_one_at_full_speed_is_whole(int capacity) => LookBesideBroadcast<OneProducer>(capacity);

    [Theory]
    [InlineData(512, 3L, "The next position to take")] // tail
    [InlineData(512, 1L << 40, "The next position to take")]
    [InlineData(640, 1L << 40, "The next position to take")] // head
    [InlineData(640, 0L, "The next position to take")]
    [InlineData(1032, 0xFFFFL, "the producer's role names participant 65534")]
    [InlineData(1040, 0xFFFFL, "the consumer's role names participant 65534")]
    public void A_spoilt_word_of_the_header_is_found(int offset, long value, string fault)
    {
        using var queue = CreateUsed();
        Spoiler.Write(_folder.PathOf(_name), offset, value);
        Faults().ShouldHaveSingleItem().ShouldContain(fault);
    }

    [Theory]
    [InlineData(0, 0L)] // a slot that was used
    [InlineData(0, 77L)]
    [InlineData(0, (8L << 2) | 1)] // its position, in no state
    [InlineData(0, (9L << 2) | 2)] // another slot's position
    [InlineData(0, (800L << 2) | 2)] // nobody has come so far
    [InlineData(0, -1L)]
    [InlineData(7, (15L << 2) | 2)] // one that was not sent yet
    public void A_spoilt_word_of_a_slot_is_found(int slot, long word)
    {
        using var queue = CreateUsed();
        Spoiler.Write(_folder.PathOf(_name), Geometry.SlotsOffset + (slot * Geometry.SlotStride), word);
        Faults().ShouldHaveSingleItem().ShouldBe($"slot {slot}: no queue writes the word 0x{word:x} there");
        ShmQueueVerification.FindFaults(_name, _folder.Options, maxSlots: 0).ShouldBeEmpty();
    }

    [Fact]
    public void A_spoilt_lane_is_found()
    {
        using var queue = CreateUsed();
        Spoiler.Write(_folder.PathOf(_name), Geometry.LanesOffset + (3 * Segment.LinePair) + sizeof(long), 1L);
        Faults().ShouldHaveSingleItem().ShouldBe("lane 3: its first position 1 is out of range");
    }

    [Fact]
    public void A_spoilt_cursor_is_found()
    {
        QueueContract contract = Contracts.Parcel<ManyProducers, Subscribers>();
        using var queue = TypedBroadcast<Parcel, ManyProducers>.Create(contract, _name, _folder.Options);
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        Faults().ShouldBeEmpty();
        using (SegmentReader segment = SegmentReader.TryOpen(_name, _folder.Options)!)
            Spoiler.Write(_folder.PathOf(_name), segment.Geometry.SubscriptionsOffset, 9L);
        Faults().ShouldHaveSingleItem().ShouldBe("subscription 0: its position is 1, but the next position to send is 0");
    }

    [Fact]
    public void Slots_of_the_oldest_messages_come_first()
    {
        using var queue = CreateUsed(); // slots 2 to 4 hold the messages that wait
        Spoiler.Write(_folder.PathOf(_name), Geometry.SlotsOffset + (4 * Geometry.SlotStride), 77L);
        ShmQueueVerification.FindFaults(_name, _folder.Options, maxSlots: 2).ShouldBeEmpty();
        ShmQueueVerification.FindFaults(_name, _folder.Options, maxSlots: 3).ShouldHaveSingleItem();
    }

    [Fact]
    public void What_cannot_be_looked_at_is_said()
    {
        Should.Throw<ShmQueueNotFoundException>(() => Faults()).Message.ShouldContain(_name);
        Should.Throw<ArgumentOutOfRangeException>(() =>
            ShmQueueVerification.FindFaults(_name, _folder.Options, -1)).ParamName.ShouldBe("maxSlots");
        using var queue = CreateUsed();
        Spoiler.Write(_folder.PathOf(_name), 0, 0L);
        Should.Throw<ShmQueueCorruptException>(() => Faults());
    }

    private static SegmentGeometry Geometry => new(8, 56, 64, Contracts.Parcel<ManyProducers, ManyConsumers>().SchemaLength);

    private IReadOnlyList<string> Faults() => ShmQueueVerification.FindFaults(_name, _folder.Options);

    /// <summary>Eight slots; five messages were sent, and two of them taken.</summary>
    private TypedQueue<Parcel, ManyProducers, ManyConsumers> CreateUsed()
    {
        var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), _name, _folder.Options);
        for (int i = 0; i < 5; i++) queue.Enqueue(new Parcel(1, i), default);
        for (int i = 0; i < 2; i++) queue.Dequeue(default);
        Faults().ShouldBeEmpty();
        return queue;
    }

    private void LookBeside<TProducers, TConsumers>(int capacity)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        bool displaces = typeof(TConsumers) == typeof(ManyConsumers);
        using var queue = TypedQueue<Parcel, TProducers, TConsumers>
            .Create(Contracts.Parcel<TProducers, TConsumers>(), _name, _folder.Options with { Capacity = capacity });
        Look(
            typeof(TProducers) == typeof(ManyProducers) ? 2 : 1,
            i =>
            {
                if (i % 3 == 0) _ = queue.TryEnqueue([new Parcel(1, i), new Parcel(1, i), new Parcel(1, i)]);
                else if (i % 3 == 1 && displaces) queue.EnqueueShift(new Parcel(1, i));
                else if (queue.TryClaim(out SlotWriter<Parcel> writer)) writer.Dispose(); // many producers: a tombstone
            },
            typeof(TConsumers) == typeof(ManyConsumers) ? 2 : 1,
            _ => queue.TryDequeue(out Parcel _));
    }

    private void LookBesideBroadcast<TProducers>(int capacity)
        where TProducers : struct, IProducerRole
    {
        using var queue = TypedBroadcast<Parcel, TProducers>.Create(Contracts.Parcel<TProducers, Subscribers>(), _name,
            _folder.Options with { Capacity = capacity });
        Look(
            typeof(TProducers) == typeof(ManyProducers) ? 2 : 1,
            i =>
            {
                if (i % 100 == 0) queue.EnqueueShift(new Parcel(1, i));
                else _ = queue.TryEnqueue([new Parcel(1, i), new Parcel(1, i)]);
            },
            2,
            i =>
            {
                using var reader = queue.Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = i % 2 == 1 });
                for (int n = 0; n < 100; n++) reader.TryDequeue(out _);
            });
    }

    /// <summary>Has threads send and take until so many looks have found nothing.</summary>
    private void Look(int producers, Action<int> send, int consumers, Action<int> take)
    {
        using SegmentReader reader = SegmentReader.TryOpen(_name, _folder.Options)!;
        bool enough = false;
        Worker[] workers = Worker.StartMany(producers + consumers, worker =>
        {
            Action<int> act = worker < producers ? send : take;
            for (int i = worker; !Volatile.Read(ref enough); i++) act(i);
        });
        try
        {
            for (int i = 0; i < Looks; i++)
            {
                SegmentVerification look = new(reader, mostFaults: 10);
                look.Run(reader.Ring.Capacity);
                look.Faults.ShouldBeEmpty();
            }
        }
        finally
        {
            Volatile.Write(ref enough, true);
        }

        foreach (Worker worker in workers) worker.Join();
        reader.Statistics.Enqueued.ShouldBeGreaterThan(reader.Ring.Capacity, "the ring went round");
    }
}
