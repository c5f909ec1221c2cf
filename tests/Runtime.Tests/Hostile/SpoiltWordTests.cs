using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Hostile;

public abstract class SpoiltWordTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const long Capacity = 4;
    private const long TailAt = 512, HeadAt = 640;

    private string File => Folder.PathOf(Name);

    /// <summary>Positions no run of the protocol writes: the consumer that meets them says so and neither hangs nor faults.</summary>
    [Theory]
    [InlineData(4, 100)]
    [InlineData(100, 4)]
    [InlineData(0, 0)]
    [InlineData(4, 9)]
    [InlineData(4, long.MaxValue)]
    [InlineData(-1, 4)]
    [InlineData(1L << 62, 4)]
    public void Impossible_head_and_tail_are_told(long head, long tail)
    {
        Create((int)Capacity).Dispose();
        Spoiler.Write(File, HeadAt, head);
        Spoiler.Write(File, TailAt, tail);
        Worker.Run(() =>
        {
            using var queue = Open();
            Should.Throw<ShmQueueCorruptException>(() => queue.Dequeue(default)).QueueName.ShouldBe(Name);
            Should.Throw<ShmQueueCorruptException>(() => PollUntilTold(queue));
        });
    }

    [Theory]
    [InlineData(4, 10)]
    [InlineData(4, 100)]
    [InlineData(0, 0)]
    [InlineData(-100, 4)]
    [InlineData(long.MaxValue, 4)]
    public void Producer_that_meets_them_says_so(long head, long tail)
    {
        Create((int)Capacity).Dispose();
        Spoiler.Write(File, HeadAt, head);
        Spoiler.Write(File, TailAt, tail);
        Worker.Run(() =>
        {
            using var queue = Open();
            Should.Throw<ShmQueueCorruptException>(() => queue.Enqueue(P(0), default)).QueueName.ShouldBe(Name);
            Should.Throw<ShmQueueCorruptException>(() => queue.TryEnqueue(P(0)));
            Should.Throw<ShmQueueCorruptException>(() => queue.TryEnqueue(Parcels(0, 2)));
            Should.Throw<ShmQueueCorruptException>(() => queue.TryClaim(out _));
            // Neither "there is room" nor "the queue was completed".
            ValueTask<bool> room = queue.WaitToWriteAsync(default);
            Should.Throw<ShmQueueCorruptException>(() => room.AsTask().GetAwaiter().GetResult()).QueueName.ShouldBe(Name);
        });
    }

    [Theory]
    [InlineData(8)]
    [InlineData(5)]
    [InlineData(3)]
    [InlineData(long.MaxValue >> 2)]
    [InlineData(-1)]
    public void Word_that_cannot_be_there_is_told(long position)
    {
        var queue = Create((int)Capacity);
        Spoiler.Write(File, SlotsAt(), (position << 2) | 2);
        Worker.Run(() => Should.Throw<ShmQueueCorruptException>(() => queue.Dequeue(default)).Message.ShouldContain(Name));
        Worker.Run(() => Should.Throw<ShmQueueCorruptException>(() => PollUntilTold(queue)));
    }

    [Fact]
    public void Words_spoilt_while_handles_are_attached_hang_nobody()
    {
        foreach (long at in (long[])[HeadAt, TailAt])
        {
            foreach (long value in (long[])[0, 1, -1, 3, 5, 6, 7, 40, 1L << 40, long.MaxValue, long.MinValue, long.MinValue + 5])
            {
                var queue = Create((int)Capacity);
                queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
                queue.Dequeue(default).ShouldBe(P(0));
                Spoiler.Write(File, at, value);
                Worker.Run(() => TryEverything(queue));
                Worker.Run(queue.Dispose);
                QueueFiles.Delete(Name, Folder.Options).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Random_content_hangs_and_faults_nobody()
    {
        Random random = new(7);
        byte[] noise = new byte[1024];
        for (int round = 0; round < 60; round++)
        {
            var queue = Create((int)Capacity);
            queue.TryEnqueue(Parcels(0, round % 5)).ShouldBe(round % 5);
            random.NextBytes(noise);
            // Words, counters and roles; then participants, lanes and slots.
            if (round % 2 == 0) Spoiler.Write(File, 512, noise.AsSpan(0, 800));
            if (round % 3 == 0) Spoiler.Write(File, 4096, noise);
            if (round % 5 == 0) Spoiler.Write(File, 4096 + (64 * 128), noise);
            if (round % 7 == 0) Spoiler.Write(File, SlotsAt(), noise.AsSpan(0, 256));
            Worker.Run(() => TryEverything(queue));
            Worker.Run(() =>
            {
                try
                {
                    using var other = Open();
                    TryEverything(other);
                }
                catch (ShmQueueException)
                {
                    // Any of the typed errors will do: deleted, corrupt, taken.
                }
            });
            Worker.Run(queue.Dispose);
            _ = QueueFiles.Delete(Name, Folder.Options);
        }
    }

    /// <summary>Each call may do its work or report; what it may not do is hang, fault, or throw what api.md does not name.</summary>
    private static void TryEverything(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        TimeSpan little = TimeSpan.FromMilliseconds(5);
        using CancellationTokenSource soon = new(20);
        foreach (Action use in (Action[])[
            () => queue.TryEnqueue(P(1)), () => queue.TryEnqueue(P(1), little), () => queue.TryEnqueue(Parcels(1, 6)),
            () => { using SlotWriter<Parcel> w = queue.TryClaim(out SlotWriter<Parcel> c) ? c : default; },
            () => { if (!NeverDisplaces) for (int i = 0; i < 10; i++) queue.EnqueueShift(P(1)); },
            () =>
                queue.TryPeek(out _), () =>
                    queue.TryDequeue(new Parcel[6]), () => { for (int i = 0; i < 200; i++) queue.TryDequeue(out _); },
            () => queue.TryDequeue(out _, little), () => queue.Dequeue(soon.Token), () => queue.Enqueue(Parcels(0, 6), soon.Token),
            () => _ = (queue.Count, queue.IsEmpty, queue.IsCompleted, queue.IsDeleted, queue.GetStatistics()), () => queue.Complete(),
            () => { for (int i = 0; i < 200; i++) queue.TryDequeue(out _); }])
        {
            try
            {
                use();
            }
            catch (Exception e) when (e is ShmQueueException or OperationCanceledException)
            {
                // A typed report.
            }
        }
    }

    /// <summary>A consumer that only polls looks closely once in so many looks.</summary>
    private static void PollUntilTold(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        for (int i = 0; i < 10_000; i++)
        {
            queue.TryDequeue(out _);
            Thread.Sleep(1);
        }
    }

    private long SlotsAt() => Spoiler.ReadWord(File, 72);
}
