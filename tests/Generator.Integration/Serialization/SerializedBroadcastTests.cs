namespace TypedShmQueue.Generator.Integration.Serialization;

/// <summary>Broadcast queues of serialized messages, emitted by the real compiler.</summary>
public sealed class SerializedBroadcastTests
{
    [Fact]
    public async Task A_record_travels_to_every_subscriber()
    {
        using HeadlineQueue headlines = HeadlineQueue.Create(ShmQueueName.NewUnique());
        headlines.Delete();
        using HeadlineSubscription all = headlines.Subscribe();
        using HeadlineSubscription sports = headlines.Subscribe("sports", SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = true });

        headlines.Enqueue(new Headline("weather", "Rain"));
        headlines.TryEnqueue([new("sports", "2:1"), new("sports", "0:0")]).ShouldBe(2);
        (await all.DequeueAsync()).Text.ShouldBe("Rain");
        sports.Dequeue(static (in Headline headline) => headline.Topic is "sports").Text.ShouldBe("2:1");
        sports.TryPeek(out Headline? next).ShouldBeTrue();
        next.Text.ShouldBe("0:0");
        headlines.Complete();
        List<string> rest = [];
        await foreach (Headline headline in all.AsChannelReader().ReadAllAsync()) rest.Add(headline.Text);
        rest.ShouldBe(["2:1", "0:0"]);
        Headline[] batch = new Headline[2];
        sports.TryDequeue(batch).ShouldBe(1);
        sports.IsCompleted.ShouldBeTrue();
        headlines.Subscriptions.Select(static subscription => subscription.Name).ShouldBe([null, "sports"]);
    }

    [Fact]
    public void Code_for_all_broadcasts_serves_it()
    {
        using HeadlineQueue headlines = HeadlineQueue.Create(ShmQueueName.NewUnique());
        headlines.Delete();
        Pass(headlines, headlines, new Headline("a", "b")).ShouldBe(new Headline("a", "b"));

        static T Pass<T>(IShmProducer<T> producer, IShmBroadcast<T> broadcast, T message)
        {
            using IShmSubscription<T> subscription = broadcast.Subscribe();
            producer.Enqueue(message);
            return subscription.Dequeue();
        }
    }

    /// <summary>A slot of megabytes: no call may put it on the stack.</summary>
    [Fact]
    public void Large_messages_are_sent_displaced_and_taken_by_their_bytes()
    {
        using AlbumQueue albums = AlbumQueue.Create(ShmQueueName.NewUnique());
        albums.Delete();
        using AlbumSubscription subscription = albums.Subscribe();
        byte[] large = new byte[3_000_000];
        Random.Shared.NextBytes(large);
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(Pass), maxStackSize: 1 << 20);
        thread.UnsafeStart();
        thread.Join(TimeSpan.FromSeconds(60)).ShouldBeTrue("the thread hangs");
        failure.ShouldBeNull();

        void Pass()
        {
            albums.EnqueueShift(new Album(large)).ShouldBeFalse();
            albums.EnqueueShift(new Album([2])).ShouldBeFalse();
            albums.EnqueueShift(new Album([3]), out Album? displaced).ShouldBeTrue();
            displaced!.Bytes.ShouldBe(large);
            subscription.WaitToReadAsync().AsTask().GetAwaiter().GetResult().ShouldBeTrue();
            subscription.TryPeek(out Album? seen).ShouldBeTrue();
            seen!.Bytes.ShouldBe([2]);
            subscription.Dequeue().Bytes.ShouldBe([2]);
            subscription.Dequeue(static (in Album album) => true).Bytes.ShouldBe([3]);
            subscription.Missed.ShouldBe(1);
        }
    }
}
