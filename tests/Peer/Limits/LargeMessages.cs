using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer.Limits;

/// <summary>
/// Every call that gets a message by reference, with messages that the stack of the calling thread has no room for. A call that makes a
/// temporary of one ends this process, so it says before each call which one it is.
/// </summary>
internal sealed class LargeMessages<TProducers, TConsumers>(string folder, string name)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public const int SmallStack = 1_500_000;

    private static readonly bool s_displaces = typeof(TConsumers) != typeof(OneWaitingConsumer);

    private readonly FrameHolder _sent = new();
    private readonly FrameHolder _got = new();

    public void Play()
    {
        using var queue = TypedQueue<Frame, TProducers, TConsumers>.OpenOrCreate(
            Contracts.Of<Frame, TProducers, TConsumers>(Frame.Fields), name, new ShmQueueOptions { Directory = folder, Capacity = 2 });
        OnSmallStack(() => Send(queue));
        OnSmallStack(() => Take(queue));
        OnSmallStack(() => Pend(queue));
        if (s_displaces) OnSmallStack(() => Displace(queue));
        ReadInPlace();
        Orders.Say("did all");
    }

    /// <summary>Runs on a thread with a small stack; what it throws is thrown here.</summary>
    public static void OnSmallStack(Action act)
    {
        Exception? error = null;
        Thread thread = new(() => error = Try(act), SmallStack);
        thread.Start();
        thread.Join();
        if (error != null) throw new InvalidOperationException("A call on a small stack failed.", error);
    }

    private static Exception? Try(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Send(TypedQueue<Frame, TProducers, TConsumers> queue)
    {
        Orders.Say("Enqueue");
        queue.Enqueue(in _sent.Filled(1).Frame, default);
        Next(queue, 1);
        Orders.Say("TryEnqueue");
        Expect(queue.TryEnqueue(in _sent.Filled(2).Frame));
        Next(queue, 2);
        Orders.Say("TryEnqueue with a timeout");
        Expect(queue.TryEnqueue(in _sent.Filled(3).Frame, TimeSpan.FromSeconds(1)));
        Next(queue, 3);
        Orders.Say("Enqueue a batch");
        queue.Enqueue(new ReadOnlySpan<Frame>(in _sent.Filled(4).Frame), default);
        Next(queue, 4);
        Orders.Say("TryEnqueue a batch");
        Expect(queue.TryEnqueue(new ReadOnlySpan<Frame>(in _sent.Filled(5).Frame)) == 1);
        Next(queue, 5);
        // EnqueueAsync passes the message by value, as docs/large-messages.md says: large ones wait first, and are then sent by reference.
        Orders.Say("WaitToWriteAsync with room");
        Expect(queue.WaitToWriteAsync(default).AsTask().Result);
        Expect(queue.TryEnqueue(in _sent.Filled(6).Frame));
        Next(queue, 6);
        Orders.Say("TryClaim");
        Expect(queue.TryClaim(out SlotWriter<Frame> slot));
        using (slot)
        {
            (slot.Value.First, slot.Value.Last) = (7, ~7);
            slot.Commit();
        }

        Next(queue, 7);
        Orders.Say("Enqueue and TryEnqueue without room");
        Fill(queue);
        Expect(!queue.TryEnqueue(in _sent.Filled(8).Frame));
        Expect(!queue.TryEnqueue(in _sent.Frame, TimeSpan.FromMilliseconds(20)));
        Expect(queue.TryEnqueue(new ReadOnlySpan<Frame>(in _sent.Frame)) == 0);
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(20));
        ExpectCancelled(() => queue.Enqueue(in _sent.Frame, soon.Token));
        Drain(queue);
    }

    private void Take(TypedQueue<Frame, TProducers, TConsumers> queue)
    {
        queue.Enqueue(in _sent.Filled(1).Frame, default);
        Orders.Say("TryPeek");
        Expect(queue.TryPeek(out _got.Frame));
        _got.Expect(1);
        Orders.Say("TryDequeue");
        Expect(queue.TryDequeue(out _got.Frame));
        _got.Expect(1);
        Orders.Say("TryPeek of nothing");
        Expect(!queue.TryPeek(out _got.Frame));
        _got.ExpectNothing();
        Orders.Say("TryDequeue of nothing");
        Expect(!queue.TryDequeue(out _got.Filled(9).Frame));
        _got.ExpectNothing();
        Orders.Say("TryDequeue with a timeout");
        Expect(!queue.TryDequeue(out _got.Filled(9).Frame, TimeSpan.FromMilliseconds(20)));
        _got.ExpectNothing();
        queue.Enqueue(in _sent.Filled(2).Frame, default);
        Expect(queue.TryDequeue(out _got.Frame, TimeSpan.FromSeconds(1)));
        _got.Expect(2);
        Orders.Say("TryDequeue a batch");
        queue.Enqueue(in _sent.Filled(3).Frame, default);
        Expect(queue.TryDequeue(new Span<Frame>(ref _got.Frame)) == 1);
        _got.Expect(3);
        Orders.Say("Dequeue a batch");
        queue.Enqueue(in _sent.Filled(4).Frame, default);
        Expect(queue.Dequeue(new Span<Frame>(ref _got.Frame), default) == 1);
        _got.Expect(4);
        Orders.Say("Dequeue a batch that comes later");
        Task sender = Task.Delay(50).ContinueWith(_ =>
            OnSmallStack(() => queue.Enqueue(in _sent.Filled(5).Frame, default)), TaskScheduler.Default);
        Expect(queue.Dequeue(new Span<Frame>(ref _got.Frame), default) == 1);
        _got.Expect(5);
        sender.Wait();
    }

    /// <summary>
    /// The calls that wait without a thread end on a thread of the library's, whose stack is as small as the process's default.
    /// </summary>
    private void Pend(TypedQueue<Frame, TProducers, TConsumers> queue)
    {
        Orders.Say("WaitToReadAsync");
        Task<bool> readable = queue.WaitToReadAsync(default).AsTask();
        queue.Enqueue(in _sent.Filled(1).Frame, default);
        Expect(readable.Result);
        Next(queue, 1);
        Orders.Say("WaitToWriteAsync without room");
        Fill(queue);
        Task<bool> room = queue.WaitToWriteAsync(default).AsTask();
        Expect(!room.IsCompleted);
        Next(queue, -1);
        Expect(room.Result);
        Expect(queue.TryEnqueue(in _sent.Filled(2).Frame));
        Next(queue, -2);
        Next(queue, 2);
        Orders.Say("DequeueAsync before there is a message");
        // The value has to be fetched on a stack that has room for it; what is in between has not.
        Task taken = FetchOnLargeStack(queue);
        queue.Enqueue(in _sent.Filled(3).Frame, default);
        taken.Wait();
        _got.Expect(3);
    }

    private Task FetchOnLargeStack(TypedQueue<Frame, TProducers, TConsumers> queue)
    {
        const int LargeStack = 64 << 20;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously),
            done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(Fetch, LargeStack).Start();
        begun.Task.Wait();
        return done.Task;

        void Fetch()
        {
            ValueTask<Frame> pending = queue.DequeueAsync(default);
            Expect(!pending.IsCompleted);
            begun.SetResult();
            while (!pending.IsCompleted) Thread.Sleep(1);
            _got.Frame = pending.Result;
            done.SetResult();
        }
    }

    private void Displace(TypedQueue<Frame, TProducers, TConsumers> queue)
    {
        Orders.Say("EnqueueShift with room");
        Expect(!queue.EnqueueShift(in _sent.Filled(1).Frame));
        Expect(!queue.EnqueueShift(in _sent.Filled(2).Frame, out _got.Filled(9).Frame));
        _got.ExpectNothing();
        Orders.Say("EnqueueShift without room");
        Expect(queue.EnqueueShift(in _sent.Filled(3).Frame));
        Orders.Say("EnqueueShift without room, displaced message wanted");
        Expect(queue.EnqueueShift(in _sent.Filled(4).Frame, out _got.Frame));
        _got.Expect(2);
        Orders.Say("EnqueueShift, displaced message wanted where the other stands");
        _got.Filled(5);
        Expect(queue.EnqueueShift(in _got.Frame, out _got.Frame));
        _got.Expect(3);
        Next(queue, 4);
        Next(queue, 5);
    }

    private void ReadInPlace()
    {
        ShmQueueOptions options = new() { Directory = folder, Capacity = 2 };
        if (typeof(TConsumers) == typeof(OneWaitingConsumer))
        {
            using var queue = TypedReading<Frame, TProducers>.Create(
                Contracts.Of<Frame, TProducers, OneWaitingConsumer>(Frame.Fields), name + ".read", options);
            OnSmallStack(() => ReadInPlace(queue, queue));
        }
        else if (typeof(TConsumers) == typeof(OneConsumer))
        {
            using var queue = TypedOvertaken<Frame, TProducers>.Create(
                Contracts.Of<Frame, TProducers, OneConsumer>(Frame.Fields), name + ".read", options);
            OnSmallStack(() => ReadInPlace(queue, queue));
        }
    }

    /// <summary>Reads messages where they are, by each way to.</summary>
    public static void ReadInPlace(IShmProducer<Frame> producer, IShmReading<Frame> consumer)
    {
        FrameHolder sent = new();
        Orders.Say("TryRead");
        Expect(producer.TryEnqueue(in sent.Filled(1).Frame));
        Expect(consumer.TryRead(out SlotReader<Frame> reader));
        Expect(reader[0].First == 1 && reader[0].Last == ~1 && reader.Release());
        Orders.Say("TryRead with a timeout");
        Expect(!consumer.TryRead(out reader, TimeSpan.FromMilliseconds(20)));
        Expect(producer.TryEnqueue(in sent.Filled(2).Frame));
        Expect(consumer.TryRead(out reader, TimeSpan.FromSeconds(1), most: 1));
        Expect(reader[0].First == 2 && reader[0].Last == ~2 && reader.Release());
        Orders.Say("Read");
        Task sender = Task.Delay(50).ContinueWith(_ =>
            OnSmallStack(() => producer.Enqueue(in sent.Filled(3).Frame)), TaskScheduler.Default);
        consumer.Read(out reader);
        Expect(reader[0].First == 3 && reader[0].Last == ~3 && reader.Release());
        sender.Wait();
    }

    private void Fill(TypedQueue<Frame, TProducers, TConsumers> queue)
    {
        for (int i = 1; queue.TryEnqueue(in _sent.Filled(-i).Frame); i++)
        {
        }
    }

    private void Drain(TypedQueue<Frame, TProducers, TConsumers> queue)
    {
        while (queue.TryDequeue(out _got.Frame))
        {
        }
    }

    private void Next(TypedQueue<Frame, TProducers, TConsumers> queue, long number)
    {
        Expect(queue.TryDequeue(out _got.Frame));
        _got.Expect(number);
    }

    public static void Expect(bool expected)
    {
        if (!expected) throw new InvalidOperationException("The last call ended otherwise than expected.");
    }

    public static void ExpectCancelled(Action call)
    {
        try
        {
            call();
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new InvalidOperationException("The last call was not cancelled.");
    }
}
