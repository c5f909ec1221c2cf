using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Serialization;

/// <summary>Serialized messages to every subscriber: all ways to take them, and being overtaken.</summary>
public abstract class SerializedBroadcastTests<TProducers> : NoteBroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private static readonly MessagePredicate<Note> s_even = static (in Note note) => note.Id % 2 == 0;

    [Fact]
    public void Every_subscriber_gets_every_message()
    {
        var queue = Open();
        using var first = queue.Subscribe();
        using var second = queue.Subscribe("second");
        queue.Enqueue(N(1), default);
        queue.TryEnqueue([N(2), N(3)]).ShouldBe(2);
        first.TryPeek(out Note? seen).ShouldBeTrue();
        seen.ShouldBe(N(1));
        Drain(first).ShouldBe([1, 2, 3]);
        first.TryPeek(out _).ShouldBeFalse();
        first.TryDequeue(out Note? none, TimeSpan.FromMilliseconds(1)).ShouldBeFalse();
        none.ShouldBeNull();
        second.Lag.ShouldBe(3);
        second.Name.ShouldBe("second");
        second.Dequeue(default).ShouldBe(N(1));
        second.TryDequeue(out Note? next, TimeSpan.Zero).ShouldBeTrue();
        next.ShouldBe(N(2));
        second.Position.ShouldBe(2);
        second.Missed.ShouldBe(0);
    }

    /// <summary>
    /// The batch is sent in two runs, since the subscriber makes room in between, and the second run ends with what the serializer throws.
    /// With the count of the first run alone, the caller would send the messages of the second again.
    /// </summary>
    [Fact]
    public void Batch_that_a_serializer_ends_in_its_second_run_throws()
    {
        var queue = Open(capacity: 4);
        using var reader = queue.Subscribe();
        List<long> read = [];
        int asked = 0;
        NoteSerializer.Behave(
            halfway: static note =>
            {
                if (note.Id == 6) throw new InvalidDataException("6");
            },
            asked: note =>
            {
                if (note.Id != 5 || ++asked != 2) return;
                for (int i = 0; i < 2; i++) read.Add(reader.Dequeue(default).Id);
            });

        Should.Throw<InvalidDataException>(() => queue.TryEnqueue([N(1), N(2), N(3), N(4), N(5), N(6)]));

        NoteSerializer.Behave();
        read.AddRange(Drain(reader));
        read.ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Batches_take_what_there_is_across_the_end_of_the_ring()
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        Note[] batch = new Note[5];
        for (int round = 0; round < 10; round++)
        {
            queue.TryEnqueue([N(0), N(1), N(2), N(3), N(4), N(5)]).ShouldBe(6);
            reader.Dequeue(batch, default).ShouldBe(5);
            batch.Select(static note => note.Id).ShouldBe([0, 1, 2, 3, 4]);
            reader.TryDequeue(batch).ShouldBe(1);
            batch[0].ShouldBe(N(5));
        }

        reader.TryDequeue(batch).ShouldBe(0);
        reader.TryDequeue([]).ShouldBe(0);
        Should.Throw<ArgumentException>(() => reader.Dequeue([], default)).ParamName.ShouldBe("destination");
        Should.Throw<ArgumentException>(() => reader.Dequeue(s_even, [], default)).ParamName.ShouldBe("destination");
    }

    [Fact]
    public void A_filter_takes_what_matches_and_passes_the_rest()
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        queue.TryEnqueue([N(1), N(2), N(3), N(4), N(5), N(6), N(7), N(8)]).ShouldBe(8);
        reader.TryDequeue(s_even, out Note? first).ShouldBeTrue();
        first.ShouldBe(N(2));
        Note[] batch = new Note[2];
        reader.TryDequeue(s_even, batch).ShouldBe(2);
        batch.ShouldBe([N(4), N(6)]);
        reader.Dequeue(s_even, default).ShouldBe(N(8));
        reader.TryDequeue(s_even, out _).ShouldBeFalse();
        queue.TryEnqueue([N(9), N(11)]).ShouldBe(2);
        reader.TryDequeue(s_even, out _, TimeSpan.FromMilliseconds(1)).ShouldBeFalse();
        reader.Lag.ShouldBe(0);
        queue.TryEnqueue([N(13), N(14)]).ShouldBe(2);
        reader.Dequeue(s_even, batch, default).ShouldBe(1);
        batch[0].ShouldBe(N(14));
        Should.Throw<ArgumentNullException>(() => reader.TryDequeue(null!, out _));
        Should.Throw<ArgumentNullException>(() => reader.Dequeue((MessagePredicate<Note>)null!, default));
    }

    [Fact]
    public void Producers_wait_for_the_slowest_and_one_that_displaces_hands_out_what_it_overwrote()
    {
        var queue = Open(capacity: 2);
        using var fast = queue.Subscribe();
        using var slow = queue.Subscribe();
        queue.TryEnqueue([N(1), N(2), N(3)]).ShouldBe(2);
        Drain(fast).ShouldBe([1, 2]);
        queue.TryEnqueue(N(3)).ShouldBeFalse();
        queue.EnqueueShift(N(3), out Note? displaced).ShouldBeTrue();
        displaced.ShouldBe(N(1));
        NoteSerializer.Behave(knowsSize: true);
        queue.EnqueueShift(N(4), out displaced).ShouldBeTrue();
        displaced.ShouldBe(N(2));
        queue.EnqueueShift(N(5)).ShouldBeTrue();
        Drain(slow).ShouldBe([4, 5]);
        slow.Missed.ShouldBe(3);
        Drain(fast).ShouldBe([4, 5]);
        fast.Missed.ShouldBe(1);
        queue.EnqueueShift(N(6), out displaced).ShouldBeFalse("nobody has still to take the oldest");
        displaced.ShouldBeNull();
    }

    [Fact]
    public void A_named_subscription_goes_on_where_it_was_left()
    {
        var queue = Open();
        queue.Subscribe("billing").Dispose();
        queue.TryEnqueue([N(1), N(2)]).ShouldBe(2);
        using (var held = queue.Subscribe("billing")) held.Dequeue(default).ShouldBe(N(1));
        using var again = queue.Subscribe("billing");
        Drain(again).ShouldBe([2]);
    }

    [Fact]
    public void What_is_too_old_is_not_for_newcomers()
    {
        var queue = Open(retention: TimeSpan.FromMilliseconds(1));
        queue.TryEnqueue([N(1), N(2)]).ShouldBe(2);
        Thread.Sleep(20); // older than that
        using var late = queue.Subscribe();
        Drain(late).ShouldBeEmpty();
    }

    [Fact]
    public void A_message_that_cannot_be_read_is_lost_alone()
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        queue.TryEnqueue([N(0), N(1), N(2), N(3), N(4)]).ShouldBe(5);
        NoteSerializer.Behave(beforeReading: static () => throw new NotSupportedException("Not today."));
        Should.Throw<NotSupportedException>(() => reader.TryPeek(out _));
        Should.Throw<NotSupportedException>(() => reader.Dequeue(default));
        Should.Throw<NotSupportedException>(() => reader.TryDequeue(out _));
        Should.Throw<NotSupportedException>(() => reader.TryDequeue(s_even, out _));
        NoteSerializer.Behave();
        Drain(reader).ShouldBe([3, 4]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_ends_before_a_message_that_cannot_be_read(bool filters)
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        queue.TryEnqueue([N(0), N(2), N(4), N(6)]).ShouldBe(4);
        int read = 0;
        NoteSerializer.Behave(beforeReading: () =>
        {
            if (++read >= 3) throw new NotSupportedException("Not today.");
        });
        Note[] batch = new Note[4];
        Take().ShouldBe(2);
        batch[..2].ShouldBe([N(0), N(2)]);
        reader.Lag.ShouldBe(2, "the third is still there");
        Should.Throw<NotSupportedException>(() => Take());
        NoteSerializer.Behave();
        Drain(reader).ShouldBe([6]);

        int Take() => filters ? reader.TryDequeue(s_even, batch) : reader.TryDequeue(batch);
    }

    [Fact]
    public void What_a_predicate_throws_leaves_its_message_the_next()
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        queue.TryEnqueue([N(1), N(2), N(3)]).ShouldBe(3);
        MessagePredicate<Note> refusesTheThird = static (in Note note) => note.Id == 3 ? throw new NotSupportedException("Not today.")
            : true;
        Note[] batch = new Note[3];
        reader.TryDequeue(refusesTheThird, batch).ShouldBe(2);
        Should.Throw<NotSupportedException>(() => reader.TryDequeue(refusesTheThird, batch));
        Drain(reader).ShouldBe([3]);
    }

    [Fact]
    public void A_predicate_does_not_use_or_end_its_own_subscription()
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        queue.TryEnqueue([N(1), N(2)]).ShouldBe(2);
        Should.Throw<InvalidOperationException>(() => reader.TryDequeue((in Note _) => reader.TryDequeue(out Note? _),
            out Note? _)).Message.ShouldContain("not from its own predicate");
        Should.Throw<InvalidOperationException>(() => reader.Dequeue((in Note _) =>
        {
            reader.Dispose();
            return true;
        }, default)).Message.ShouldContain("disposes that subscription");
        Drain(reader).ShouldBe([2]);
    }

    [Fact]
    public void A_waiting_subscriber_gets_the_message_or_the_end()
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        using var filtering = queue.Subscribe();
        Worker waits = Worker.Start(() =>
        {
            reader.Dequeue(default).ShouldBe(N(1));
            reader.Dequeue(default).ShouldBe(N(2));
            Should.Throw<ShmQueueCompletedException>(() => reader.Dequeue(default));
        });
        Worker filters = Worker.Start(() =>
        {
            filtering.Dequeue(s_even, default).ShouldBe(N(2));
            Should.Throw<ShmQueueCompletedException>(() => filtering.Dequeue(s_even, default));
            filtering.TryDequeue(s_even, out _, Timeout.InfiniteTimeSpan).ShouldBeFalse();
        });
        queue.Enqueue(N(1), default);
        queue.Enqueue(N(2), default);
        Worker.WaitUntil(() => reader.Position == 2 && filtering.Position == 2, "both have taken");
        queue.Complete();
        waits.Join();
        filters.Join();
        reader.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Awaiting_takes_messages_as_they_come()
    {
        var queue = Open();
        using var reader = queue.Subscribe();
        using var streaming = queue.Subscribe();
        ValueTask<Note> pending = reader.DequeueAsync(default);
        pending.IsCompleted.ShouldBeFalse();
        queue.TryEnqueue([N(1), N(2)]).ShouldBe(2);
        (await pending).ShouldBe(N(1));
        queue.Complete();
        (await reader.DequeueAsync(default)).ShouldBe(N(2));
        (await reader.WaitToReadAsync(default)).ShouldBeFalse();
        await Should.ThrowAsync<ShmQueueCompletedException>(async () => await reader.DequeueAsync(default));
        List<Note> streamed = [];
        await foreach (Note note in streaming.ReadAllAsync(default)) streamed.Add(note);
        streamed.ShouldBe([N(1), N(2)]);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await reader.DequeueAsync(cancelled.Token));
    }

    [Fact]
    public void Nobody_who_is_overtaken_reads_a_torn_message()
    {
        const int Sent = 20_000;
        var queue = Open(capacity: 2);
        using var lossy = queue.Subscribe(new SubscriptionOptions { Lossy = true });
        Worker sender = Worker.Start(() =>
        {
            for (int i = 0; i < Sent; i++) queue.EnqueueShift(N(i));
            queue.Complete();
        });
        long turn = 0, last = -1;
        Worker reader = Worker.Start(() =>
        {
            Note[] batch = new Note[3];
            while (true)
            {
                // By turns in every way; each message says by itself whether it is whole.
                int count = (turn++ % 3) switch
                {
                    0 => lossy.TryDequeue(out batch[0]!, Timeout.InfiniteTimeSpan) ? 1 : 0,
                    1 => lossy.TryDequeue(static (in Note note) => note == N(note.Id), out batch[0]!, Timeout.InfiniteTimeSpan) ? 1 : 0,
                    _ => lossy.TryDequeue(batch),
                };
                foreach (Note note in batch[..count])
                {
                    note.ShouldBe(N(note.Id));
                    note.Id.ShouldBeGreaterThan(last);
                    last = note.Id;
                }

                if (count == 0 && lossy.IsCompleted) return;
            }
        });
        sender.Join();
        reader.Join();
        last.ShouldBe(Sent - 1);
        lossy.Position.ShouldBe(Sent);
    }

    [Fact]
    public void A_disposed_subscription_says_so()
    {
        var queue = Open();
        var reader = queue.Subscribe();
        reader.Dispose();
        Should.Throw<ObjectDisposedException>(() => reader.TryDequeue(out _));
        Should.Throw<ObjectDisposedException>(() => reader.TryDequeue([]));
        Should.Throw<ObjectDisposedException>(() => reader.TryDequeue(s_even, []));
        Should.Throw<ObjectDisposedException>(() => reader.TryDequeue(s_even, out _));
        Should.Throw<ObjectDisposedException>(() => reader.TryPeek(out _));
        Should.Throw<ObjectDisposedException>(() => reader.Dequeue(default));
    }
}

public sealed class SerializedBroadcastTests_ManyProducers : SerializedBroadcastTests<ManyProducers>;
public sealed class SerializedBroadcastTests_OneProducer : SerializedBroadcastTests<OneProducer>;
