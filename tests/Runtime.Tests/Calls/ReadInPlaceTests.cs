namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>One consumer, beside producers that do not displace, reads messages in their slots: TryRead and Release.</summary>
public abstract class ReadInPlaceTests<TProducers> : IDisposable
    where TProducers : struct, IProducerRole
{
    private const int Slots = 8;

    private readonly QueueFolder _folder = new();
    private readonly TypedReading<Parcel, TProducers> _queue;

    protected ReadInPlaceTests() => _queue = TypedReading<Parcel, TProducers>.Create(
        Contracts.Parcel<TProducers, OneWaitingConsumer>(), ShmQueueName.NewUnique(), _folder.Options with { Capacity = Slots });

    public void Dispose()
    {
        _queue.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Messages_are_read_in_their_slots_and_taken_by_release()
    {
        for (int round = 0; round < 3 * Slots; round++) // over the ring's end and around
        {
            for (int i = 0; i < 5; i++) _queue.TryEnqueue(new Parcel(0, round + i)).ShouldBeTrue();
            _queue.TryRead(out SlotReader<Parcel> reader).ShouldBeTrue();
            reader.Count.ShouldBe(5);
            for (int i = 0; i < 5; i++) reader[i].Sequence.ShouldBe(round + i);
            _queue.Count.ShouldBe(5, "nothing is taken before the release");
            reader.Release().ShouldBeTrue();
            _queue.Count.ShouldBe(0);
        }

        _queue.TryRead(out SlotReader<Parcel> none).ShouldBeFalse();
        none.Count.ShouldBe(0);
    }

    [Fact]
    public void No_more_are_found_than_asked_for_and_the_rest_stay_the_next()
    {
        _queue.TryEnqueue(new Parcel[Slots]).ShouldBe(Slots);
        _queue.TryRead(out SlotReader<Parcel> reader, most: 3).ShouldBeTrue();
        reader.Count.ShouldBe(3);
        _queue.TryEnqueue(new Parcel(0, 9)).ShouldBeFalse("their slots are not free yet");
        reader.Release().ShouldBeTrue();
        _queue.TryEnqueue(new Parcel[Slots]).ShouldBe(3);
        _queue.TryRead(out reader).ShouldBeTrue();
        reader.Count.ShouldBe(Slots);
        _queue.TryRead(out SlotReader<Parcel> again).ShouldBeTrue("without a release they are still the next");
        again.Count.ShouldBe(Slots);
    }

    /// <summary>Nobody has seen the claim of one producer, so there is no tombstone.</summary>
    [Fact]
    public void A_run_ends_before_a_tombstone_of_many_producers()
    {
        if (TProducers.IsExclusive) return;
        _queue.TryEnqueue(new Parcel(0, 0)).ShouldBeTrue();
        _queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        _queue.TryEnqueue(new Parcel(0, 2)).ShouldBeTrue();
        _queue.TryRead(out SlotReader<Parcel> reader).ShouldBeTrue();
        (reader.Count, reader[0].Sequence).ShouldBe((1, 0L));
        reader.Release().ShouldBeTrue();
        _queue.TryRead(out reader).ShouldBeTrue();
        (reader.Count, reader[0].Sequence).ShouldBe((1, 2L));
        reader.Release().ShouldBeTrue();
    }

    [Fact]
    public void A_producer_that_waits_for_room_is_woken_by_release()
    {
        _queue.TryEnqueue(new Parcel[Slots]).ShouldBe(Slots);
        Worker producer = Worker.Start(() => _queue.Enqueue(new Parcel(0, 7)));
        Worker.WaitUntil(() => _queue.GetStatistics().Parked > 0, "a parked producer");
        _queue.TryRead(out SlotReader<Parcel> reader).ShouldBeTrue();
        reader.Release().ShouldBeTrue();
        producer.Join();
        _queue.Dequeue().Sequence.ShouldBe(7);
    }

    [Fact]
    public void What_cannot_be_is_an_error_that_says_so()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _queue.TryRead(out _, most: 0));
        Should.Throw<InvalidOperationException>(static () =>
            default(SlotReader<Parcel>).Release()).Message.ShouldContain("TryRead returned false");
        _queue.TryEnqueue(new Parcel(0, 1)).ShouldBeTrue();
        _queue.TryRead(out SlotReader<Parcel> reader).ShouldBeTrue();
        try
        {
            _ = reader[1];
            Assert.Fail("There is no second message.");
        }
        catch (ArgumentOutOfRangeException)
        {
        }

        reader.Release().ShouldBeTrue();
        ThrowsOnRelease<InvalidOperationException>(reader).ShouldContain("taken already");
        _queue.Complete();
        _queue.TryRead(out _).ShouldBeFalse();
        _queue.Dispose();
        ThrowsOnRelease<ObjectDisposedException>(reader);
        Should.Throw<ObjectDisposedException>(() => _queue.TryRead(out _));
    }

    private static string ThrowsOnRelease<TException>(SlotReader<Parcel> reader) where TException : Exception
    {
        try
        {
            reader.Release();
        }
        catch (TException e)
        {
            return e.Message;
        }

        throw new Xunit.Sdk.XunitException($"Release did not throw {typeof(TException)}.");
    }
}

public sealed class ReadInPlaceOfOneProducerTests : ReadInPlaceTests<OneProducer>;

public sealed class ReadInPlaceOfManyProducersTests : ReadInPlaceTests<ManyProducers>;
