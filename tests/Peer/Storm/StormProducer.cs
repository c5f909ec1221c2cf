namespace TypedShmQueue.Peer.Storm;

/// <summary>A producer in a storm: sends by every way to send, until told to stop or killed.</summary>
internal sealed class StormProducer(ISender queue, LifeLog log, int producer, bool mayShift, Random random)
{
    private const int MostAtOnce = 5, Ways = 7, CallsBetweenRests = 200;

    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(1);

    private readonly Parcel[] _batch = new Parcel[MostAtOnce];

    public void SendUntil(Func<bool> isToldToStop)
    {
        while (!isToldToStop())
        {
            Send(random.Next(mayShift ? Ways + 1 : Ways));
            // The ring runs empty now and then, so that consumers park.
            if (random.Next(CallsBetweenRests) == 0) Thread.Sleep(random.Next(3));
        }
    }

    private void Send(int way)
    {
        Parcel parcel = new(producer, log.Acknowledged);
        int sent = 1;
        switch (way)
        {
            case 0:
                log.BeginSending(1);
                queue.Enqueue(parcel);
                break;
            case 1:
                log.BeginSending(1);
                sent = queue.TryEnqueue(parcel) ? 1 : 0;
                break;
            case 2:
                log.BeginSending(1);
                sent = queue.TryEnqueue(parcel, s_little) ? 1 : 0;
                break;
            case 3:
                ReadOnlySpan<Parcel> all = NextBatch();
                log.BeginSending(sent = all.Length);
                queue.Enqueue(all);
                break;
            case 4:
                ReadOnlySpan<Parcel> some = NextBatch();
                log.BeginSending(some.Length);
                sent = queue.TryEnqueue(some);
                break;
            case 5:
                log.BeginSending(1);
                sent = TryInPlace(parcel, commit: true) ? 1 : 0;
                break;
            case 6:
                log.BeginSending(0);
                _ = TryInPlace(new Parcel(producer, LifeLog.NeverSent), commit: false);
                sent = 0;
                break;
            default:
                log.BeginSending(1, displacing: true);
                if (queue.EnqueueShift(parcel, out Parcel displaced)) log.Add(displaced);
                break;
        }

        log.EndSending(sent);
    }

    private ReadOnlySpan<Parcel> NextBatch()
    {
        int count = random.Next(1, MostAtOnce + 1);
        for (int i = 0; i < count; i++) _batch[i] = new Parcel(producer, log.Acknowledged + i);
        return _batch.AsSpan(0, count);
    }

    private bool TryInPlace(in Parcel parcel, bool commit)
    {
        if (!queue.TryClaim(out SlotWriter<Parcel> writer)) return false;
        using (writer)
        {
            writer.Value = parcel;
            if (commit) writer.Commit();
        }

        return true;
    }
}
