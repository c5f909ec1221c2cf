namespace TypedShmQueue.CompilerServices;

/// <summary>
/// Never called. A compiler ahead of time (ReadyToRun) compiles of a generic method what somebody in this assembly uses; and what all
/// queues have in common, whatever their message, is reached by generic code alone.
/// </summary>
internal static class Precompiled
{
    public static void Root(QueueHandle handle)
    {
        Use(new Queue<ManyProducers, ManyConsumers>(handle));
        Use(new Queue<ManyProducers, OneWaitingConsumer>(handle));
        Use(new Queue<OneProducer, ManyConsumers>(handle));
        Use(new Queue<OneProducer, OneWaitingConsumer>(handle));
        Use(QueueHandle.Create<Message>(QueueHandle.SessionOf(handle).Contract, "", options: null));
        Use(QueueHandle.Open<Message>(QueueHandle.SessionOf(handle).Contract, "", options: null));
        Use(QueueHandle.OpenOrCreate<Message>(QueueHandle.SessionOf(handle).Contract, "", options: null));
    }

    private static void Use(QueueHandle handle) => _ = QueueHandle.SessionOf(handle);

    private static void Use<TProducers, TConsumers>(Queue<TProducers, TConsumers> queue)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        Span<Message> some = [default];
        queue.Enqueue(default(Message), CancellationToken.None);
        queue.Enqueue(some, CancellationToken.None);
        _ = queue.TryEnqueue(default(Message));
        _ = queue.TryEnqueue(default(Message), TimeSpan.Zero);
        _ = queue.EnqueueAsync(default, CancellationToken.None).AsTask();
        _ = queue.TryClaim(out SlotWriter<Message> writer);
        writer.Commit();
        _ = queue.Dequeue(CancellationToken.None);
        _ = queue.Dequeue(some, CancellationToken.None);
        _ = queue.TryDequeue(out _);
        _ = queue.TryDequeue(some);
        _ = queue.TryDequeue(out _, TimeSpan.Zero);
        _ = queue.DequeueAsync(CancellationToken.None).AsTask();
        queue.Complete();
        queue.Dispose();
    }

    /// <summary>Of this assembly: what is used with a type of another one is compiled there, if at all.</summary>
    internal struct Message
    {
        public long Value;
    }

    private sealed class Queue<TProducers, TConsumers>(QueueHandle handle) : WaitingQueue<Message, TProducers, TConsumers>(handle)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole;
}
