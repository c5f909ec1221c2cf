using System.Buffers;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Queue.Serialized;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Serialization;

/// <summary>
/// Serializers that throw, write too much or hold on to what is not theirs; and slots that hold what no serializer wrote.
/// </summary>
public abstract class SerializerFaultTests<TProducers, TConsumers> : NoteTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void A_message_known_to_be_too_large_is_refused_before_anything_is_claimed()
    {
        var queue = Open(capacity: 2);
        NoteSerializer.Behave(knowsSize: true, halfway: _ => throw new InvalidOperationException("It was claimed."));
        Note large = OfBytes(0, NoteSlot.MaxBytes + 1);
        ShmQueueMessageTooLargeException error = Should.Throw<ShmQueueMessageTooLargeException>(() => queue.Enqueue(large, default));
        error.QueueName.ShouldBe(Name);
        error.Message.ShouldContain($"more than the {NoteSlot.MaxBytes} bytes");
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.TryEnqueue(large));
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.TryEnqueue(large, TimeSpan.Zero));
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.TryEnqueue([large]));
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.EnqueueShift(large));
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.EnqueueShift(large, out _));
        queue.GetStatistics().Abandoned.ShouldBe(0);
        NoteSerializer.Behave();
        queue.TryEnqueue([N(1), N(2)]).ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_found_too_large_leaves_at_most_a_tombstone(bool inPlace)
    {
        var queue = OpenToWrite(inPlace);
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.Enqueue(OfBytes(0, NoteSlot.MaxBytes + 1), default));
        ShouldHaveLeft(queue, tombstone: inPlace);
    }

    [Fact]
    public void A_message_that_cannot_be_sent_displaces_none()
    {
        if (NeverDisplaces) return;
        var queue = Open(capacity: 2);
        queue.TryEnqueue([N(1), N(2)]).ShouldBe(2);
        Should.Throw<ShmQueueMessageTooLargeException>(() => queue.EnqueueShift(OfBytes(0, NoteSlot.MaxBytes + 1)));
        NoteSerializer.Behave(halfway: _ => throw new NotSupportedException("Not today."));
        Should.Throw<NotSupportedException>(() => queue.EnqueueShift(N(0), out _)).Message.ShouldBe("Not today.");
        NoteSerializer.Behave();
        queue.GetStatistics().Abandoned.ShouldBe(0);
        queue.EnqueueShift(OfBytes(3, NoteSlot.MaxBytes), out Note? displaced).ShouldBeTrue();
        displaced.ShouldBe(N(1));
        Drain(queue).ShouldBe([2, 3]);
    }

    /// <summary>No memory for the bytes (a heap with a limit): the message stays, and the handle takes it by its next call.</summary>
#if DEBUG
    [Fact]
#else
    [Fact(Skip = "Needs the labels of a Debug build.")]
#endif
    public void A_message_that_cannot_be_copied_out_stays()
    {
        var queue = Open();
        Func<Note?>[] ways =
        [
            () => queue.TryDequeue(out Note? note) ? note : null,
            () => queue.TryDequeue(out Note? note, TimeSpan.FromSeconds(10)) ? note : null,
            () => queue.Dequeue(default),
            () => queue.DequeueAsync(default).AsTask().Ended(),
            () =>
            {
                Note[] batch = new Note[1];
                return queue.TryDequeue(batch) == 1 ? batch[0] : null;
            },
            () => queue.TryPeek(out Note? note) && queue.TryDequeue(out Note? same) && note == same ? note : null,
        ];
        for (int i = 0; i < ways.Length; i++)
        {
            queue.TryEnqueue(N(i)).ShouldBeTrue();
            Steps.Risked = static label =>
            {
                if (label is "reader: rent") throw new NotSupportedException("There is no memory.");
            };
            try
            {
                Should.Throw<NotSupportedException>(() => ways[i]());
            }
            finally
            {
                Steps.Risked = null;
            }

            ways[i]().ShouldBe(N(i));
        }

        Worker.Run(queue.Dispose);
    }

    /// <summary>It would wait for the call that runs it.</summary>
    [Fact]
    public void A_serializer_that_disposes_the_handle_of_its_own_call_gets_an_error()
    {
        var queue = Open(capacity: 2);
        var other = NoteQueue<TProducers, TConsumers>.OpenOrCreate(Name, Folder.Options);
        Folder.Track(other);
        NoteQueue<TProducers, TConsumers> sender = OneProducer ? queue : other;
        Worker reader = Worker.Start(() =>
        {
            NoteSerializer.Behave(beforeReading: queue.Dispose);
            Should.Throw<InvalidOperationException>(() => queue.Dequeue(default)).Message.ShouldContain("Do so after the call");
            NoteSerializer.Behave();
        });
        Worker.WaitUntil(() => other.GetStatistics().Parked > 0, "it is parked");
        sender.TryEnqueue(N(1)).ShouldBeTrue();
        reader.Join();

        NoteQueue<TProducers, TConsumers> taker = queue;
        Worker.Run(() =>
        {
            while (sender.TryEnqueue(N(2)))
            {
                // Until it is full.
            }
        });
        Worker writer = Worker.Start(() =>
        {
            NoteSerializer.Behave(halfway: _ => sender.Dispose());
            Should.Throw<InvalidOperationException>(() => sender.Enqueue(N(3), default));
            NoteSerializer.Behave();
        });
        taker.TryDequeue(out _, Worker.Patience).ShouldBeTrue();
        writer.Join();
        Worker.Run(queue.Dispose);
        Worker.Run(other.Dispose);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_serializer_that_throws_leaves_at_most_a_tombstone(bool inPlace)
    {
        var queue = OpenToWrite(inPlace);
        NoteSerializer.Behave(halfway: _ => throw new NotSupportedException("Not today."));
        Should.Throw<NotSupportedException>(() => queue.Enqueue(N(0), default)).Message.ShouldBe("Not today.");
        ShouldHaveLeft(queue, tombstone: inPlace);
    }

    [Fact]
    public void A_slow_serializer_of_a_small_message_holds_nobody_up()
    {
        if (OneProducer) return;
        var queue = Open();
        NoteSerializer.Behave(halfway: _ => Worker.Run(() =>
        {
            queue.Enqueue(N(1), default);
            queue.TryPeek(out Note? first).ShouldBeTrue();
            first.ShouldBe(N(1));
        }));
        queue.Enqueue(N(2), default);
        NoteSerializer.Behave();
        Drain(queue).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_slow_serializer_of_a_small_message_that_may_displace_holds_nobody_up()
    {
        if (OneProducer || NeverDisplaces) return;
        var queue = Open(capacity: 2);
        queue.TryEnqueue([N(0), N(1)]).ShouldBe(2);
        NoteSerializer.Behave(halfway: _ => Worker.Run(() =>
        {
            queue.Dequeue(default).ShouldBe(N(0));
            queue.Enqueue(N(2), default);
            queue.Dequeue(default).ShouldBe(N(1));
        }));
        queue.EnqueueShift(N(3)).ShouldBeFalse("there is room by now");
        NoteSerializer.Behave();
        Drain(queue).ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Those_who_wait_behind_a_serializer_that_throws_get_on(bool inPlace)
    {
        var queue = OpenToWrite(inPlace);
        using ManualResetEventSlim inside = new(), thrown = new();
        Worker producer = Worker.Start(() =>
        {
            NoteSerializer.Behave(halfway: _ =>
            {
                inside.Set();
                thrown.Wait();
                throw new NotSupportedException("Not today.");
            });
            Should.Throw<NotSupportedException>(() => queue.Enqueue(N(0), default));
            NoteSerializer.Behave();
            queue.Enqueue(N(1), default);
        });
        inside.Wait(Worker.Patience).ShouldBeTrue();
        queue.TryPeek(out _).ShouldBeFalse();
        Worker consumer = Worker.Start(() => queue.Dequeue(default).ShouldBe(N(1)));
        thrown.Set();
        producer.Join();
        consumer.Join();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_serializer_may_send_messages_of_its_own(bool inPlace)
    {
        if (OneProducer && inPlace) return; // it is inside its one claim
        var queue = OpenToWrite(inPlace);
        NoteSerializer.Behave(halfway: note =>
        {
            NoteSerializer.Behave();
            queue.Enqueue(N(note.Id + 1), default);
        });
        queue.Enqueue(N(1), default);
        Drain(queue).ShouldBe(inPlace ? [1, 2] : [2, 1], "the slot of the one in place was claimed first");
    }

    [Fact]
    public void A_deserializer_that_throws_has_lost_its_message_and_no_other()
    {
        var queue = Open();
        queue.Enqueue([N(0), N(1), N(2)], default);
        NoteSerializer.Behave(beforeReading: () => throw new NotSupportedException("Not today."));
        Should.Throw<NotSupportedException>(() => queue.TryPeek(out _));
        Should.Throw<NotSupportedException>(() => queue.Dequeue(default));
        Should.Throw<NotSupportedException>(() => queue.TryDequeue(out _));
        NoteSerializer.Behave();
        Drain(queue).ShouldBe([2]);
    }

    [Fact]
    public void A_displaced_message_that_cannot_be_read_is_lost_and_the_new_one_is_sent_once()
    {
        if (NeverDisplaces) return;
        var queue = Open(capacity: 2);
        queue.TryEnqueue([N(0), N(1)]).ShouldBe(2);
        NoteSerializer.Behave(beforeReading: () => throw new NotSupportedException("Not today."));
        ShmQueueDisplacedMessageException error = Should.Throw<ShmQueueDisplacedMessageException>(() => queue.EnqueueShift(N(2), out _));
        error.QueueName.ShouldBe(Name);
        error.Message.ShouldBe($"The message was sent to the queue '{Name}'; do not send it again. "
            + $"The message that it displaced is lost, because it could not be read: Not today.");
        error.InnerException.ShouldBeOfType<NotSupportedException>();
        queue.EnqueueShift(N(3)).ShouldBeTrue("nothing is read where nothing is handed out");
        NoteSerializer.Behave();
        queue.GetStatistics().Displaced.ShouldBe(2);
        Drain(queue).ShouldBe([2, 3]);
    }

    [Fact]
    public void A_batch_ends_before_a_message_that_cannot_be_read()
    {
        var queue = Open();
        queue.Enqueue([N(0), N(1), N(2), N(3)], default);
        RefuseToReadTheThird();
        Note[] batch = new Note[4];
        queue.TryDequeue(batch).ShouldBe(2);
        batch[..2].ShouldBe([N(0), N(1)]);
        queue.Count.ShouldBe(2, "the third is still there");
        NoteSerializer.Behave(beforeReading: () => throw new NotSupportedException("Not today."));
        Should.Throw<NotSupportedException>(() => queue.TryDequeue(batch)).Message.ShouldBe("Not today.");
        NoteSerializer.Behave();
        Drain(queue).ShouldBe([3]);
    }

    [Fact]
    public void A_waiting_batch_ends_before_a_message_that_cannot_be_read()
    {
        var queue = Open();
        queue.Enqueue([N(0), N(1), N(2), N(3)], default);
        RefuseToReadTheThird();
        Note[] batch = new Note[4];
        queue.Dequeue(batch, default).ShouldBe(2);
        batch[..2].ShouldBe([N(0), N(1)]);
        NoteSerializer.Behave();
        Drain(queue).ShouldBe([2, 3], "it can be read now, so nothing is lost");
    }

    [Fact]
    public void A_batch_ends_before_a_length_that_no_queue_writes()
    {
        var queue = Open();
        queue.Enqueue([N(0), N(1), N(2)], default);
        WriteLength(slot: 1, -1);
        Note[] batch = new Note[3];
        queue.TryDequeue(batch).ShouldBe(1);
        batch[0].ShouldBe(N(0));
        Should.Throw<ShmQueueCorruptException>(() => queue.TryDequeue(batch));
        Drain(queue).ShouldBe([2]);
    }

    [Fact]
    public void A_batch_does_not_keep_what_another_consumer_took_while_it_was_read()
    {
        if (typeof(TConsumers) != typeof(ManyConsumers)) return; // nobody else takes
        var queue = Open();
        queue.Enqueue([N(0), N(1), N(2)], default);
        int read = 0;
        Note? taken = null;
        NoteSerializer.Behave(beforeReading: () =>
        {
            if (++read != 2) return;
            NoteSerializer.Behave();
            taken = queue.Dequeue(default);
        });
        queue.TryDequeue(new Note[3]).ShouldBe(1);
        taken.ShouldBe(N(1));
        Drain(queue).ShouldBe([2]);
    }

    [Fact]
    public void A_message_is_never_null()
    {
        var queue = Open();
        Should.Throw<ArgumentNullException>(() => queue.Enqueue((Note)null!, default));
        Should.Throw<ArgumentNullException>(() => queue.TryEnqueue((Note)null!));
        queue.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(NoteSlot.MaxBytes + 1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_length_that_no_queue_writes_is_not_followed(int length)
    {
        var queue = Open();
        queue.Enqueue([N(0), N(1)], default);
        WriteLength(slot: 0, length);

        Should.Throw<ShmQueueCorruptException>(() => queue.TryPeek(out _)).Message.ShouldContain($"from 0 to {NoteSlot.MaxBytes}");
        Should.Throw<ShmQueueCorruptException>(() => queue.Dequeue(default));
        queue.Dequeue(default).ShouldBe(N(1));
    }

    [Fact]
    public unsafe void A_writer_that_is_kept_reaches_no_slot()
    {
        byte* slot = stackalloc byte[64];
        SlotBufferWriter writer = SlotBufferWriter.Rent(slot, 64, Name);
        Memory<byte> kept = writer.GetMemory(8);
        kept.Length.ShouldBe(64);
        kept.Span[0] = 1;
        slot[0].ShouldBe((byte)1);
        writer.Advance(8);
        writer.Return();

        Should.Throw<Exception>(() => kept.Span[0] = 2);
        Should.Throw<ArgumentOutOfRangeException>(() => writer.Advance(1));
        slot[0].ShouldBe((byte)1);
    }

    [Fact]
    public unsafe void More_room_than_the_slot_has_left_is_given_aside()
    {
        byte* slot = stackalloc byte[16];
        SlotBufferWriter writer = SlotBufferWriter.Rent(slot, 16, Name);
        writer.Write("0123456789"u8);
        Span<byte> room = writer.GetSpan(100);
        room.Length.ShouldBeGreaterThanOrEqualTo(100);
        "abcdef"u8.CopyTo(room);
        writer.Advance(6);
        writer.Written.ShouldBe(16);
        new ReadOnlySpan<byte>(slot, 16).SequenceEqual("0123456789abcdef"u8).ShouldBeTrue();
        writer.GetSpan().Length.ShouldBeGreaterThan(0);
        Should.Throw<ShmQueueMessageTooLargeException>(() => writer.Advance(1));
        writer.Overflowed.ShouldBeTrue();
        writer.Return();
    }

    [Fact]
    public void What_a_serializer_swallows_is_refused_all_the_same()
    {
        var messages = Folder.Track(NotesBy<Swallowing>.Create(Name, Folder.Options));
        Should.Throw<ShmQueueMessageTooLargeException>(() => messages.Enqueue(N(0), default));
        messages.TryDequeue(out _).ShouldBeFalse();
    }

    /// <summary>Serializers dispose what they are given, if it can be disposed: then the message must go all the same.</summary>
    [Fact]
    public void A_serializer_that_disposes_what_it_was_given_sends_its_message()
    {
        var messages = Folder.Track(NotesBy<Disposing>.Create(Name, Folder.Options));
        for (int i = 0; i < 3; i++)
        {
            messages.Enqueue(N(i), default);
            messages.Dequeue(default).ShouldBe(N(i));
        }
    }

    /// <summary>A queue of notes with a serializer of its own.</summary>
    private sealed class NotesBy<TSerializer>(QueueHandle handle)
        : SerializedQueue<Note>(handle.Serialize<Note, TSerializer, NoteSlot, TProducers, TConsumers>())
        where TSerializer : IShmSerializer<Note>
    {
        public static NotesBy<TSerializer> Create(string name, ShmQueueOptions options) =>
            new(QueueHandle.Create<NoteSlot>(Contracts.Of<NoteSlot, TProducers, TConsumers>(NoteSlot.Fields), name, options));
    }

    /// <summary>From now on, this thread's deserializer throws at the third message.</summary>
    private static void RefuseToReadTheThird()
    {
        int read = 0;
        NoteSerializer.Behave(beforeReading: () =>
        {
            if (++read == 3) throw new NotSupportedException("Not today.");
        });
    }

    private void WriteLength(int slot, int length)
    {
        SegmentGeometry geometry = new(8, NoteSlot.Size, 64, Contracts.Of<NoteSlot, TProducers, TConsumers>(NoteSlot.Fields).SchemaLength);
        using FileStream file = new(Folder.PathOf(Name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = geometry.SlotsOffset + (slot * geometry.SlotStride) + SlotLayout.WordSize;
        file.Write(BitConverter.GetBytes(length));
    }

    /// <summary>
    /// Small messages are written to a buffer, but straight into their slots once the ring was full: until one was sent so.
    /// </summary>
    private NoteQueue<TProducers, TConsumers> OpenToWrite(bool inPlace)
    {
        var queue = Open(capacity: 4);
        if (!inPlace) return queue;
        while (queue.TryEnqueue(N(9)))
        {
        }

        Drain(queue).ShouldBe([9, 9, 9, 9]);
        return queue;
    }

    private static void ShouldHaveLeft(NoteQueue<TProducers, TConsumers> queue, bool tombstone)
    {
        queue.GetStatistics().Abandoned.ShouldBe(tombstone && !OneProducer ? 1 : 0);
        NoteSerializer.Behave();
        queue.Enqueue(N(1), default);
        queue.Dequeue(default).ShouldBe(N(1));
        queue.Count.ShouldBe(0);
    }

    /// <summary>Writes, and disposes of everything it can get hold of: halfway, and at the end.</summary>
    private sealed class Disposing : IShmSerializer<Note>
    {
        public static void Serialize(in Note message, IBufferWriter<byte> destination)
        {
            destination.Write(BitConverter.GetBytes(message.Id));
            DisposeOf(destination);
            destination.Write(System.Text.Encoding.UTF8.GetBytes(message.Text));
            DisposeOf(destination);
        }

        public static Note Deserialize(ReadOnlySpan<byte> bytes) => NoteSerializer.Deserialize(bytes);

        private static void DisposeOf(IBufferWriter<byte> destination)
        {
            (destination as IDisposable)?.Dispose();
            if (System.Runtime.InteropServices.MemoryMarshal.TryGetMemoryManager<byte, MemoryManager<byte>>(destination.GetMemory(),
                out MemoryManager<byte>? owner)) ((IDisposable)owner).Dispose();
        }
    }

    private sealed class Swallowing : IShmSerializer<Note>
    {
        public static void Serialize(in Note message, IBufferWriter<byte> destination)
        {
            try
            {
                destination.Write(new byte[NoteSlot.MaxBytes + 1]);
            }
            catch (ShmQueueMessageTooLargeException)
            {
                // The point of it.
            }
        }

        public static Note Deserialize(ReadOnlySpan<byte> bytes) => throw new InvalidOperationException("It was sent.");
    }
}
