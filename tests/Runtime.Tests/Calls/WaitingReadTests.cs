using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>
/// Reading in place with a wait: <c>TryRead</c> with a timeout, and <c>Read</c>, wherever messages can be read in their slots.
/// </summary>
public abstract class WaitingReadTests<TPlace> : IDisposable
    where TPlace : ReadingPlace
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(5);

    private readonly QueueFolder _folder = new();
    private readonly TPlace _place;

    protected WaitingReadTests() => _place = (TPlace)Activator.CreateInstance(typeof(TPlace), _folder.Options)!;

    public void Dispose()
    {
        _place.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_wait_ends_with_the_message()
    {
        foreach (var read in (Func<(int Count, long First)>[])[Read, ReadOne, TryRead])
        {
            (int Count, long First) found = default;
            Worker reader = Worker.Start(() => found = read());
            Worker.WaitUntil(() => _place.Parked > 0, "a parked reader");
            Send(7);
            reader.Join();
            found.ShouldBe((1, 7));
        }

        _place.Consumer.TryDequeue(out _).ShouldBeFalse("every release has taken its message");

        (int, long) Read()
        {
            _place.Reader.Read(out SlotReader<Parcel> reader);
            return Taken(reader);
        }

        (int, long) ReadOne()
        {
            _place.Reader.Read(out SlotReader<Parcel> reader, most: 1);
            return Taken(reader);
        }

        (int, long) TryRead()
        {
            _place.Reader.TryRead(out SlotReader<Parcel> reader, Worker.Patience).ShouldBeTrue();
            return Taken(reader);
        }
    }

    [Fact]
    public void What_is_there_is_found_without_a_wait_and_no_more_than_asked_for()
    {
        Send(0, 1, 2, 3, 4);
        using CancellationTokenSource unused = new();
        _place.Reader.Read(out SlotReader<Parcel> reader, 2, unused.Token);
        Taken(reader).ShouldBe((2, 0));
        _place.Reader.TryRead(out reader, TimeSpan.Zero, most: 1).ShouldBeTrue();
        Taken(reader).ShouldBe((1, 2));
        _place.Reader.Read(out reader, unused.Token);
        Taken(reader).ShouldBe((2, 3));
    }

    [Fact]
    public void Without_a_release_the_messages_are_still_the_next()
    {
        Send(0, 1);
        _place.Reader.Read(out SlotReader<Parcel> reader);
        reader.Count.ShouldBe(2);
        _place.Reader.TryRead(out SlotReader<Parcel> again, s_moment, most: 1).ShouldBeTrue();
        Taken(again).ShouldBe((1, 0));
        _place.Consumer.Dequeue().Sequence.ShouldBe(1);
    }

    [Fact]
    public void A_timeout_ends_the_wait()
    {
        _place.Reader.TryRead(out SlotReader<Parcel> reader, s_moment).ShouldBeFalse();
        reader.Count.ShouldBe(0);
        _place.Reader.TryRead(out reader, TimeSpan.Zero, most: 3).ShouldBeFalse();
        reader.Count.ShouldBe(0);
    }

    [Fact]
    public void Cancellation_ends_the_wait()
    {
        using CancellationTokenSource stop = new();
        Worker reader = Worker.Start(() => _place.Reader.Read(out _, stop.Token));
        Worker.WaitUntil(() => _place.Parked > 0, "a parked reader");
        stop.Cancel();
        reader.JoinForError().ShouldBeOfType<OperationCanceledException>().CancellationToken.ShouldBe(stop.Token);
        // With a token that is cancelled already nothing is found, whatever is there.
        Send(5);
        Should.Throw<OperationCanceledException>(() => _place.Reader.Read(out _, stop.Token));
        Should.Throw<OperationCanceledException>(() => _place.Reader.Read(out _, 1, stop.Token));
        _place.Consumer.Dequeue().Sequence.ShouldBe(5);
    }

    [Fact]
    public void Dispose_ends_the_wait()
    {
        Worker reader = Worker.Start(() => _place.Reader.Read(out _));
        Worker.WaitUntil(() => _place.Parked > 0, "a parked reader");
        _place.EndReader();
        reader.JoinForError().ShouldBeOfType<ObjectDisposedException>();
        Should.Throw<ObjectDisposedException>(() => _place.Reader.Read(out _));
        Should.Throw<ObjectDisposedException>(() => _place.Reader.TryRead(out _, s_moment));
        Should.Throw<ObjectDisposedException>(() => _place.Reader.TryRead(out _));
    }

    [Fact]
    public void Dispose_ends_a_timed_wait()
    {
        Worker reader = Worker.Start(() => _place.Reader.TryRead(out _, Timeout.InfiniteTimeSpan));
        Worker.WaitUntil(() => _place.Parked > 0, "a parked reader");
        _place.EndReader();
        reader.JoinForError().ShouldBeOfType<ObjectDisposedException>();
    }

    [Fact]
    public void The_end_of_the_stream_comes_after_what_is_left()
    {
        Send(1);
        _place.Complete();
        _place.Reader.TryRead(out SlotReader<Parcel> reader, Timeout.InfiniteTimeSpan).ShouldBeTrue();
        Taken(reader).ShouldBe((1, 1));
        _place.Reader.TryRead(out reader, Timeout.InfiniteTimeSpan).ShouldBeFalse();
        reader.Count.ShouldBe(0);
        _place.Reader.TryRead(out _).ShouldBeFalse();
        Should.Throw<ShmQueueCompletedException>(() => _place.Reader.Read(out _));
    }

    [Fact]
    public void Complete_ends_a_wait()
    {
        Worker throws = Worker.Start(() => _place.Reader.Read(out _));
        Worker.WaitUntil(() => _place.Parked > 0, "a parked reader");
        _place.Complete();
        throws.JoinForError().ShouldBeOfType<ShmQueueCompletedException>();
    }

    [Fact]
    public void A_second_release_is_an_error_that_says_so()
    {
        Send(1, 2);
        _place.Reader.Read(out SlotReader<Parcel> reader, most: 1);
        reader.Release().ShouldBeTrue();
        string? error = null;
        try
        {
            _ = reader.Release();
        }
        catch (InvalidOperationException e)
        {
            error = e.Message;
        }

        error.ShouldNotBeNull().ShouldContain("taken already");
        _place.Consumer.Dequeue().Sequence.ShouldBe(2);
    }

    [Fact]
    public void Bad_arguments_are_refused_whatever_is_there()
    {
        Send(1);
        Should.Throw<ArgumentOutOfRangeException>(() => _place.Reader.TryRead(out _, 0)).ParamName.ShouldBe("most");
        Should.Throw<ArgumentOutOfRangeException>(() => _place.Reader.TryRead(out _, s_moment, -1)).ParamName.ShouldBe("most");
        Should.Throw<ArgumentOutOfRangeException>(() => _place.Reader.Read(out _, 0)).ParamName.ShouldBe("most");
        Should.Throw<ArgumentOutOfRangeException>(() => _place.Reader.TryRead(out _, TimeSpan.FromTicks(-1))).ParamName.ShouldBe("timeout");
    }

    [Fact]
    public void A_producer_that_waits_for_room_is_woken_by_the_release()
    {
        if (typeof(TPlace).Name.StartsWith("Lossy", StringComparison.Ordinal)) return; // nobody waits for it
        Send(0, 1, 2, 3, 4, 5, 6, 7);
        Worker producer = Worker.Start(() => _place.Producer.Enqueue(new Parcel(0, 8)));
        Worker.WaitUntil(() => _place.Parked > 0, "a parked producer");
        _place.Reader.Read(out SlotReader<Parcel> reader);
        Taken(reader).ShouldBe((8, 0));
        producer.Join();
        _place.Reader.Read(out reader);
        Taken(reader).ShouldBe((1, 8));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        int wrong = 0;

        void Round()
        {
            Parcel parcel = new(0, 1);
            if (!_place.Producer.TryEnqueue(in parcel)) wrong++;
            _place.Reader.Read(out SlotReader<Parcel> reader);
            if (!reader.Release()) wrong++;
            if (!_place.Producer.TryEnqueue(in parcel)) wrong++;
            if (!_place.Reader.TryRead(out reader, s_moment) || !reader.Release()) wrong++;
        }

        Allocation.Of(Round).ShouldBe(0);
        wrong.ShouldBe(0);
    }

    [Fact]
    public void Messages_pass_each_once_and_in_order_while_both_ends_wait()
    {
        const int Count = 20_000;
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < Count; i++) _place.Producer.Enqueue(new Parcel(0, i));
            _place.Complete();
        });
        long next = 0;
        Worker consumer = Worker.Start(() =>
        {
            for (int round = 0; _place.Reader.TryRead(out SlotReader<Parcel> reader, Timeout.InfiniteTimeSpan, 1 + (round % 5)); round++)
            {
                long first = reader[0].Sequence;
                bool inOrder = first >= next;
                for (int i = 0; i < reader.Count; i++) inOrder &= reader[i] == new Parcel(0, first + i);
                int count = reader.Count;
                if (!reader.Release()) continue;
                inOrder.ShouldBeTrue($"from {first}");
                if (!typeof(TPlace).Name.StartsWith("Lossy", StringComparison.Ordinal)) first.ShouldBe(next);
                next = first + count;
            }
        });
        producer.Join();
        consumer.Join();
        next.ShouldBe(Count);
    }

    private void Send(params ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers) _place.Producer.TryEnqueue(new Parcel(0, number)).ShouldBeTrue();
    }

    private static (int Count, long First) Taken(SlotReader<Parcel> reader)
    {
        (int, long) found = (reader.Count, reader[0].Sequence);
        reader.Release().ShouldBeTrue();
        return found;
    }
}

public sealed class WaitingReadTests_WaitedFor_OneProducer : WaitingReadTests<WaitedFor<OneProducer>>;
public sealed class WaitingReadTests_WaitedFor_ManyProducers : WaitingReadTests<WaitedFor<ManyProducers>>;
public sealed class WaitingReadTests_Overtaken_OneProducer : WaitingReadTests<Overtaken<OneProducer>>;
public sealed class WaitingReadTests_Overtaken_ManyProducers : WaitingReadTests<Overtaken<ManyProducers>>;
public sealed class WaitingReadTests_Listening_OneProducer : WaitingReadTests<Listening<OneProducer>>;
public sealed class WaitingReadTests_Listening_ManyProducers : WaitingReadTests<Listening<ManyProducers>>;
public sealed class WaitingReadTests_Lossy_OneProducer : WaitingReadTests<Lossy<OneProducer>>;
public sealed class WaitingReadTests_Lossy_ManyProducers : WaitingReadTests<Lossy<ManyProducers>>;
