using System.Threading.Channels;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Async;

public sealed class ChannelTests : QueueTests<ManyProducers, ManyConsumers>
{
    [Fact]
    public void Messages_and_the_end_pass_through_the_adapters()
    {
        using Both queue = new(Create(capacity: 2));
        ChannelWriter<Parcel> writer = ChannelAdapters.Write(queue, queue.Complete);
        ChannelReader<Parcel> reader = ChannelAdapters.Read(queue);
        Task<List<long>> reading = Task.Run(async () =>
        {
            List<long> taken = [];
            await foreach (Parcel parcel in reader.ReadAllAsync()) taken.Add(parcel.Sequence);
            await reader.Completion;
            return taken;
        });
        Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++) await writer.WriteAsync(P(i));
            writer.Complete();
        }).Ended();
        reading.Ended().ShouldBe(Range(0, 500));
        writer.TryComplete().ShouldBeFalse();
        writer.TryWrite(P(0)).ShouldBeFalse();
        writer.WaitToWriteAsync().Ended().ShouldBeFalse();
        Should.Throw<ChannelClosedException>(() => writer.WriteAsync(P(0)).Ended());
        reader.WaitToReadAsync().Ended().ShouldBeFalse();
        Should.Throw<ChannelClosedException>(() => reader.ReadAsync().Ended());
    }

    [Fact]
    public void Reader_sees_the_end_that_another_process_would_make()
    {
        var sender = Create();
        using Both queue = new(Open());
        ChannelReader<Parcel> reader = ChannelAdapters.Read(queue);
        Task<Parcel> pending = reader.ReadAsync().AsTask();
        reader.Completion.IsCompleted.ShouldBeFalse();
        sender.Complete();
        Should.Throw<ChannelClosedException>(pending.Ended);
        reader.Completion.Ended();
    }

    [Fact]
    public void Reader_whose_handle_is_disposed_completes_with_that_error()
    {
        Both queue = new(Create());
        ChannelReader<Parcel> reader = ChannelAdapters.Read(queue);
        Task<bool> pending = reader.WaitToReadAsync().AsTask();
        queue.Dispose();
        Should.Throw<ObjectDisposedException>(pending.Ended);
        Should.Throw<ObjectDisposedException>(reader.Completion.Ended);
    }

    [Fact]
    public void Peeking_and_polling_work_as_on_any_channel()
    {
        using Both queue = new(Create(capacity: 2));
        ChannelWriter<Parcel> writer = ChannelAdapters.Write(queue, queue.Complete);
        ChannelReader<Parcel> reader = ChannelAdapters.Read(queue);
        reader.CanPeek.ShouldBeTrue();
        reader.TryPeek(out _).ShouldBeFalse();
        writer.TryWrite(P(0)).ShouldBeTrue();
        writer.TryWrite(P(1)).ShouldBeTrue();
        writer.TryWrite(P(2)).ShouldBeFalse();
        reader.TryPeek(out Parcel peeked).ShouldBeTrue();
        reader.TryRead(out Parcel taken).ShouldBeTrue();
        taken.ShouldBe(peeked);
    }

    /// <summary>What the compiler emits, by hand, as far as the adapters use it.</summary>
    private sealed class Both(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue) : IShmProducer<Parcel>, IShmConsumer<Parcel>,
        IDisposable
    {
        public void Complete() => queue.Complete();

        public void Dispose() => queue.Dispose();

        public void Enqueue(in Parcel message, CancellationToken cancellationToken = default) => queue.Enqueue(message, cancellationToken);

        public void Enqueue(ReadOnlySpan<Parcel> messages, CancellationToken cancellationToken = default) =>
            queue.Enqueue(messages, cancellationToken);

        public bool TryEnqueue(in Parcel message) => queue.TryEnqueue(message);

        public bool TryEnqueue(in Parcel message, TimeSpan timeout) => queue.TryEnqueue(message, timeout);

        public int TryEnqueue(ReadOnlySpan<Parcel> messages) => queue.TryEnqueue(messages);

        public ValueTask EnqueueAsync(Parcel message, CancellationToken cancellationToken = default) =>
            queue.EnqueueAsync(message, cancellationToken);

        public ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => queue.WaitToWriteAsync(cancellationToken);

        public ChannelWriter<Parcel> AsChannelWriter() => ChannelAdapters.Write(this, Complete);

        public Parcel Dequeue(CancellationToken cancellationToken = default) => queue.Dequeue(cancellationToken);

        public int Dequeue(Span<Parcel> destination, CancellationToken cancellationToken = default) =>
            queue.Dequeue(destination, cancellationToken);

        public bool TryDequeue(out Parcel message) => queue.TryDequeue(out message);

        public bool TryDequeue(out Parcel message, TimeSpan timeout) => queue.TryDequeue(out message, timeout);

        public int TryDequeue(Span<Parcel> destination) => queue.TryDequeue(destination);

        public int TryDequeue(Span<Parcel> destination, TimeSpan timeout) => queue.TryDequeue(destination, timeout);

        public bool TryPeek(out Parcel message) => queue.TryPeek(out message);

        public ValueTask<Parcel> DequeueAsync(CancellationToken cancellationToken = default) => queue.DequeueAsync(cancellationToken);

        public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => queue.WaitToReadAsync(cancellationToken);

        public IAsyncEnumerable<Parcel> ReadAllAsync(CancellationToken cancellationToken = default) =>
            queue.ReadAllAsync(cancellationToken);

        public ChannelReader<Parcel> AsChannelReader() => ChannelAdapters.Read(this);
    }
}
