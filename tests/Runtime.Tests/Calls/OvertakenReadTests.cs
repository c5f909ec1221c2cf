namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>One consumer beside producers that may displace reads in place: Release says whether what it read is valid.</summary>
public abstract class OvertakenReadTests<TProducers> : IDisposable
    where TProducers : struct, IProducerRole
{
    private const int Slots = 8;

    private readonly QueueFolder _folder = new();
    private readonly TypedOvertaken<Parcel, TProducers> _queue;

    protected OvertakenReadTests() => _queue = Create(Slots);

    public void Dispose()
    {
        _queue.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_was_displaced_while_it_was_read_is_not_taken()
    {
        Fill(0);
        _queue.TryRead(out SlotReader<Parcel> reader).ShouldBeTrue();
        reader.Count.ShouldBe(Slots);
        _queue.EnqueueShift(new Parcel(0, Slots), out Parcel displaced).ShouldBeTrue();
        displaced.ShouldBe(new Parcel(0, 0));
        reader[0].Sequence.ShouldBe(Slots, "its slot is the new message's");
        reader.Release().ShouldBeFalse();
        _queue.Count.ShouldBe(Slots, "nothing was taken");
        _queue.TryRead(out reader).ShouldBeTrue();
        (reader.Count, reader[0].Sequence).ShouldBe((Slots, 1));
        reader.Release().ShouldBeTrue();
        _queue.Count.ShouldBe(0);
        _queue.GetStatistics().Displaced.ShouldBe(1);
    }

    [Fact]
    public void What_was_released_is_displaced_by_nobody()
    {
        Fill(0);
        _queue.TryRead(out SlotReader<Parcel> reader, most: 3).ShouldBeTrue();
        reader.Release().ShouldBeTrue();
        for (int i = 0; i < 3; i++) _queue.EnqueueShift(new Parcel(0, Slots + i), out _).ShouldBeFalse("there is room");
        _queue.EnqueueShift(new Parcel(0, 11), out Parcel displaced).ShouldBeTrue();
        displaced.Sequence.ShouldBe(3);
    }

    /// <summary>Nobody can tell a displacing producer from another call of this handle, and either way it is not the reader's.</summary>
    [Fact]
    public void What_another_call_took_meanwhile_is_not_taken_again()
    {
        Fill(0);
        _queue.TryRead(out SlotReader<Parcel> reader, most: 2).ShouldBeTrue();
        _queue.Dequeue().Sequence.ShouldBe(0);
        reader.Release().ShouldBeFalse();
        _queue.Dequeue().Sequence.ShouldBe(1);
    }

    [Fact]
    public void A_run_ends_before_a_tombstone_of_many_producers()
    {
        if (TProducers.IsExclusive) return;
        _queue.TryEnqueue(new Parcel(0, 0)).ShouldBeTrue();
        _queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        _queue.TryEnqueue(new Parcel(0, 2)).ShouldBeTrue();
        for (int i = 0; i < 2; i++)
        {
            _queue.Read(out SlotReader<Parcel> reader);
            (reader.Count, reader[0].Sequence).ShouldBe((1, 2 * i));
            reader.Release().ShouldBeTrue();
        }
    }

    [Fact]
    public void The_role_is_for_one()
    {
        using var other = TypedOvertaken<Parcel, TProducers>.Open(_queue.Handle.Session.Contract, _queue.Name, _folder.Options);
        Fill(0);
        _queue.TryRead(out _).ShouldBeTrue();
        Should.Throw<ShmQueueRoleTakenException>(() => other.TryRead(out _));
        Should.Throw<ShmQueueRoleTakenException>(() => other.TryRead(out _, TimeSpan.Zero));
        Should.Throw<ShmQueueRoleTakenException>(() => other.Read(out _));
        // Its end passes the role on; what was found and not released is the next consumer's.
        if (TProducers.IsExclusive) return; // its producer would be gone too
        _queue.Dispose();
        other.Read(out SlotReader<Parcel> reader, most: 1);
        reader[0].Sequence.ShouldBe(0);
        reader.Release().ShouldBeTrue();
    }

    /// <summary>
    /// A producer that displaces as fast as it can, and a reader that is overtaken all the time: every message comes whole, in order, and
    /// to one of the two.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Every_message_is_read_whole_or_displaced_and_never_both(int capacity)
    {
        const int Count = 300_000;
        using var queue = Create(capacity);
        byte[] fate = new byte[Count];
        int displaced = 0;
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                if (!queue.EnqueueShift(new Parcel(0, i), out Parcel old)) continue;
                if (!old.IsWhole) throw new InvalidDataException($"Displaced {old.Sequence} torn.");
                fate[old.Sequence]++;
                displaced++;
            }

            queue.Complete();
        });
        Worker consumer = Worker.Start(() =>
        {
            Parcel[] copies = new Parcel[capacity];
            long last = -1;
            for (int round = 0; queue.TryRead(out SlotReader<Parcel> reader, Timeout.InfiniteTimeSpan, 1 + (round % capacity)); round++)
            {
                if (reader.Count > capacity) throw new InvalidDataException($"{reader.Count} messages in {capacity} slots.");
                for (int i = 0; i < reader.Count; i++) copies[i] = reader[i];
                if (!reader.Release()) continue;
                foreach (Parcel parcel in copies.AsSpan(0, reader.Count))
                {
                    if (!parcel.IsWhole || parcel.Sequence <= last) throw new InvalidDataException($"{parcel.Sequence} after {last}.");
                    last = parcel.Sequence;
                    fate[last] += 2;
                }
            }
        });
        producer.Join();
        consumer.Join();
        fate.ShouldAllBe(static f => f == 1 || f == 2);
        queue.GetStatistics().Displaced.ShouldBe(displaced);
    }

    private TypedOvertaken<Parcel, TProducers> Create(int capacity) => TypedOvertaken<Parcel, TProducers>.Create(
        Contracts.Parcel<TProducers, OneConsumer>(), ShmQueueName.NewUnique(), _folder.Options with { Capacity = capacity });

    private void Fill(int from)
    {
        for (int i = 0; i < Slots; i++) _queue.TryEnqueue(new Parcel(0, from + i)).ShouldBeTrue();
    }
}

public sealed class OvertakenReadTests_OneProducer : OvertakenReadTests<OneProducer>;
public sealed class OvertakenReadTests_ManyProducers : OvertakenReadTests<ManyProducers>;
