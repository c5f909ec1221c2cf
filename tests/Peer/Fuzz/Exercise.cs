namespace TypedShmQueue.Peer.Fuzz;

/// <summary>
/// Every call of one handle, in random order. Each may do its work or report; what it may not do is hang, fault, or throw anything
/// that is not a typed report.
/// </summary>
internal sealed class Exercise<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers> queue, FuzzPage page) : IFuzzed
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(1);

    private readonly FuzzCalls _calls = new(page);

    public int Capacity => queue.Capacity;

    public bool TryEnqueue(in Parcel parcel) => queue.TryEnqueue(parcel);

    public void TryTakeOne() => _ = queue.TryDequeue(out _);

    public bool TryClaim(out SlotWriter<Parcel> writer) => queue.TryClaim(out writer);

    public void Complete() => queue.Complete();

    public void Dispose() => queue.Dispose();

    public void Send(Random random)
    {
        for (int i = 0; i < FuzzCalls.AtOnce; i++) _calls.Try(SendOnce, random.Next(10), random, ref page.Sending);
    }

    public void Take(Random random)
    {
        for (int i = 0; i < FuzzCalls.AtOnce; i++) _calls.Try(TakeOnce, random.Next(8), random, ref page.Taking);
    }

    private void SendOnce(int way, Random random)
    {
        Parcel parcel = new(1, random.Next());
        switch (way)
        {
            case 0 or 1: _ = queue.TryEnqueue(parcel); break;
            case 2: _ = queue.TryEnqueue(parcel, s_little); break;
            case 3: _ = queue.TryEnqueue([parcel, parcel, parcel]); break;
            case 4: FuzzCalls.WithToken(token => queue.Enqueue(parcel, token)); break;
            case 5: FuzzCalls.WithToken(token => queue.Enqueue([parcel, parcel, parcel], token)); break;
            case 6: ClaimOnce(parcel, commit: random.Next(2) == 0); break;
            case 7 or 8: Shift(parcel); break;
            default:
                if (random.Next(8) == 0) queue.Complete();
                else Look();
                break;
        }
    }

    private void TakeOnce(int way, Random random)
    {
        switch (way)
        {
            case 0 or 1: _ = queue.TryDequeue(out _); break;
            case 2: _ = queue.TryDequeue(out _, s_little); break;
            case 3: _ = queue.TryDequeue(new Parcel[5]); break;
            case 4: FuzzCalls.WithToken(token =>
                _ = random.Next(2) == 0 ? queue.Dequeue(new Parcel[5], token) : (int)queue.Dequeue(token).Sequence); break;
            case 5: _ = queue.TryPeek(out _); break;
            case 6: Poll(); break;
            default: Look(); break;
        }
    }

    /// <summary>Often enough that a consumer that only polls looks closely, too.</summary>
    private void Poll()
    {
        for (int i = 0; i < 1100; i++) _ = queue.TryDequeue(out _);
    }

    private void ClaimOnce(in Parcel parcel, bool commit)
    {
        if (!queue.TryClaim(out SlotWriter<Parcel> writer)) return;
        using (writer)
        {
            writer.Value = parcel;
            if (commit) writer.Commit();
        }
    }

    private void Shift(in Parcel parcel)
    {
        if (typeof(TConsumers) == typeof(OneWaitingConsumer)) return;
        for (int i = 0; i < 5; i++) _ = queue.EnqueueShift(parcel, out _);
    }

    private void Look() => _ = (queue.Count, queue.IsEmpty, queue.IsCompleted, queue.IsDeleted, queue.GetStatistics().ToString());
}
