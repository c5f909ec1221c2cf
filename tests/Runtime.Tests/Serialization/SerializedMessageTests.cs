using TypedShmQueue.Layout;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Serialization;

public abstract class SerializedMessageTests<TProducers, TConsumers> : NoteTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Messages_come_out_as_and_in_the_order_they_went_in()
    {
        var queue = Open();
        queue.Enqueue(N(0), default);
        queue.TryEnqueue(N(1)).ShouldBeTrue();
        queue.TryEnqueue(N(2), TimeSpan.Zero).ShouldBeTrue();
        queue.Enqueue([N(3), N(4)], default);
        queue.TryEnqueue([N(5), N(6), N(7), N(8)]).ShouldBe(3);

        queue.TryPeek(out Note? first).ShouldBeTrue();
        first.ShouldBe(N(0));
        queue.Dequeue(default).ShouldBe(N(0));
        queue.TryDequeue(out Note? second).ShouldBeTrue();
        second.ShouldBe(N(1));
        queue.TryDequeue(out Note? third, TimeSpan.Zero).ShouldBeTrue();
        third.ShouldBe(N(2));
        Note[] some = new Note[2];
        queue.Dequeue(some, default).ShouldBe(2);
        some.ShouldBe([N(3), N(4)]);
        Note[] rest = new Note[5];
        queue.TryDequeue(rest).ShouldBe(3);
        rest[..3].ShouldBe([N(5), N(6), N(7)]);
    }

    [Fact]
    public void An_empty_and_a_full_queue_say_so()
    {
        var queue = Open(capacity: 2);
        queue.TryDequeue(out Note? none).ShouldBeFalse();
        none.ShouldBeNull();
        queue.TryDequeue(out none, TimeSpan.Zero).ShouldBeFalse();
        queue.TryPeek(out none).ShouldBeFalse();
        queue.TryDequeue(new Note[1]).ShouldBe(0);
        queue.TryEnqueue([N(0), N(1), N(2)]).ShouldBe(2);
        queue.TryEnqueue(N(3)).ShouldBeFalse();
        queue.TryEnqueue(N(3), TimeSpan.Zero).ShouldBeFalse();
        queue.TryEnqueue([N(3)]).ShouldBe(0);
        Drain(queue).ShouldBe([0, 1]);
    }

    [Fact]
    public void Whoever_waits_gets_on()
    {
        const int Count = 500;
        var queue = Open(capacity: 2);
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < Count; i++) queue.Enqueue(N(i), default);
        });
        for (int i = 0; i < Count; i++) queue.Dequeue(default).ShouldBe(N(i));
        producer.Join();
    }

    [Fact]
    public void Waiting_ends_by_cancellation_completion_and_dispose()
    {
        var queue = Open(capacity: 2);
        using CancellationTokenSource source = new();
        Worker consumer = Worker.Start(() => Should.Throw<OperationCanceledException>(() => queue.Dequeue(source.Token)));
        source.Cancel();
        consumer.Join();
        queue.Enqueue([N(0), N(1)], default);
        Should.Throw<OperationCanceledException>(() => queue.Enqueue(N(2), source.Token));
        queue.Complete();
        Should.Throw<ShmQueueCompletedException>(() => queue.Enqueue(N(2), default));
        Drain(queue).ShouldBe([0, 1]);
        Should.Throw<ShmQueueCompletedException>(() => queue.Dequeue(default));
        queue.TryDequeue(out _, TimeSpan.FromMinutes(1)).ShouldBeFalse();
        queue.Dispose();
        Should.Throw<ObjectDisposedException>(() => queue.TryDequeue(out _));
        Should.Throw<ObjectDisposedException>(() => queue.TryEnqueue(N(2)));
        Should.Throw<ObjectDisposedException>(() => queue.TryEnqueue([]));
    }

    [Fact]
    public async Task Calls_without_a_thread_send_wait_and_take()
    {
        var queue = Open(capacity: 2);
        ValueTask<Note> early = queue.DequeueAsync(default);
        await queue.EnqueueAsync(N(0), default);
        (await early).ShouldBe(N(0));
        await queue.EnqueueAsync(N(1), default);
        await queue.EnqueueAsync(N(2), default);
        ValueTask late = queue.EnqueueAsync(N(3), default);
        late.IsCompleted.ShouldBeFalse();
        (await queue.WaitToReadAsync(default)).ShouldBeTrue();
        (await queue.DequeueAsync(default)).ShouldBe(N(1));
        await late;
        queue.Complete();
        await Should.ThrowAsync<ShmQueueCompletedException>(async () => await queue.EnqueueAsync(N(4), default));
        List<long> rest = [];
        await foreach (Note note in queue.ReadAllAsync(default)) rest.Add(note.Id);
        rest.ShouldBe([2, 3]);
        await Should.ThrowAsync<ShmQueueCompletedException>(async () => await queue.DequeueAsync(default));
        (await queue.WaitToWriteAsync(default)).ShouldBeFalse();
    }

    [Fact]
    public void EnqueueShift_hands_out_what_it_displaced()
    {
        if (NeverDisplaces) return;
        var queue = Open(capacity: 2);
        queue.EnqueueShift(N(0)).ShouldBeFalse();
        queue.EnqueueShift(N(1), out Note? none).ShouldBeFalse();
        none.ShouldBeNull();
        queue.EnqueueShift(N(2), out Note? displaced).ShouldBeTrue();
        displaced.ShouldBe(N(0));
        queue.EnqueueShift(N(3)).ShouldBeTrue();
        queue.GetStatistics().Displaced.ShouldBe(2);
        Drain(queue).ShouldBe([2, 3]);
    }

    [Fact]
    public void Messages_of_every_size_that_fits_arrive()
    {
        var queue = Open(capacity: 2);
        for (int bytes = sizeof(long); bytes <= NoteSlot.MaxBytes; bytes++)
        {
            queue.Enqueue(OfBytes(bytes, bytes), default);
            queue.Dequeue(default).ShouldBe(OfBytes(bytes, bytes));
        }
    }

    [Fact]
    public void Only_the_bytes_of_the_message_are_moved()
    {
        var queue = Open(capacity: 2);
        for (int i = 0; i < 2; i++) queue.Enqueue(OfBytes(i, NoteSlot.MaxBytes), default);
        Drain(queue).Count.ShouldBe(2);
        for (int i = 0; i < 2; i++) queue.Enqueue(OfBytes(i, 10), default);

        byte[] file = File.ReadAllBytes(Folder.PathOf(Name));
        byte[] longOnes = "xxxxxxxxxx"u8.ToArray();
        // What the long messages left behind the short ones' ends is still there.
        ((ReadOnlySpan<byte>)file).Count(longOnes).ShouldBe(2 * ((NoteSlot.MaxBytes - 10) / longOnes.Length));
    }

    [Fact]
    public void Sending_and_taking_allocate_nothing_but_what_the_serializer_does()
    {
        var queue = Open();
        Note note = N(1);
        byte[] bytes = [.. BitConverter.GetBytes(1L), .. "note 1"u8];
        Allocation.Of(() =>
        {
            queue.TryEnqueue(note);
            queue.TryDequeue(out _);
        }).ShouldBe(Allocation.Of(() => NoteSerializer.Deserialize(bytes)));
    }

    [Fact]
    public void The_slot_is_that_of_the_schema()
    {
        var queue = Open();
        queue.Enqueue(OfBytes(7, 20), default);
        byte[] file = File.ReadAllBytes(Folder.PathOf(Name));
        SegmentGeometry geometry = new(8, NoteSlot.Size, 64, Contracts.Of<NoteSlot, TProducers, TConsumers>(NoteSlot.Fields).SchemaLength);
        int slot = (int)geometry.SlotsOffset + SlotLayout.WordSize;
        BitConverter.ToInt32(file, slot).ShouldBe(20);
        BitConverter.ToInt64(file, slot + sizeof(int)).ShouldBe(7);
    }
}
