using TypedShmQueue.Layout;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>Words that no run of the protocol writes: an error or a message, never a fault, a hang or somebody else's loss.</summary>
public abstract class SpoiltSubscriptionTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private const long Subscriptions = 4096 + (64 * 128) + (512 * 128);
    private const int Cursor = 0, Owner = 128, State = 136, FirstTally = 160, SecondTally = 184;
    private const int Head = 640, Floor = 648, Joined = 1048, Used = 1056;

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 60)]
    [InlineData(-1)]
    [InlineData(0)]
    public void A_spoilt_cursor_of_a_named_one_is_refused_and_can_be_removed(long cursor)
    {
        var queue = Create();
        queue.Subscribe("billing", SubscribeFrom.Oldest, null).Dispose();
        Spoiler.Write(File, Subscriptions + Cursor, cursor);
        Should.Throw<ShmQueueCorruptException>(() => queue.Subscribe("billing", SubscribeFrom.Oldest, null));
        queue.RemoveSubscription("billing").ShouldBeTrue();
        using var again = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        Drain(again).ShouldBe([1]);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    public void A_spoilt_cursor_of_a_live_one_is_mended_by_its_next_message(long cursor)
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Spoiler.Write(File, Subscriptions + Cursor, cursor);
        Drain(reader).ShouldBe([0, 1]);
        for (int i = 2; i < 40; i++)
        {
            queue.TryEnqueue(P(i)).ShouldBeTrue();
            Drain(reader).ShouldBe([i]);
        }
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    [InlineData(0xffffL)]
    [InlineData(1L << 40)]
    public void A_spoilt_owner_is_nobody_and_holds_nobody_back(long owner)
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        Spoiler.Write(File, Subscriptions + Owner, owner);
        for (int i = 0; i < 30; i++) queue.Enqueue(P(i), default);
        queue.Subscriptions.ShouldBeEmpty();
        (Drain(reader).Count + reader.Missed).ShouldBe(30);
    }

    [Theory]
    [InlineData(Floor, -1L)]
    [InlineData(Floor, 0x7fffffffL)]
    [InlineData(Head, 0L)]
    [InlineData(Head, -5L)]
    [InlineData(Head, 1L << 50)]
    public void Spoilt_head_and_floor_are_told(int offset, long word)
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        Spoiler.Write(File, offset, word);
        Should.Throw<ShmQueueCorruptException>(() =>
        {
            for (int i = 0; i < 20; i++) queue.TryEnqueue(P(i));
            queue.Subscribe(SubscribeFrom.Oldest, null);
        });
    }

    [Theory]
    [InlineData(Used, long.MaxValue)]
    [InlineData(Used, -1L)]
    [InlineData(Joined, -1L)]
    public void Spoilt_counts_harm_nobody(int offset, long word)
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        Spoiler.Write(File, offset, word);
        for (int i = 0; i < 40; i++)
        {
            queue.TryEnqueue(P(i)).ShouldBeTrue();
            Drain(reader).ShouldBe([i]);
        }

        using var second = queue.Subscribe(SubscribeFrom.Latest, null);
        queue.Subscriptions.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Spoilt_tallies_are_refused()
    {
        var queue = Create();
        queue.Subscribe("billing", SubscribeFrom.Oldest, null).Dispose();
        Spoiler.Write(File, Subscriptions + FirstTally, long.MaxValue);
        Spoiler.Write(File, Subscriptions + SecondTally, long.MaxValue);
        Should.Throw<ShmQueueCorruptException>(() => queue.Subscribe("billing", SubscribeFrom.Oldest, null));
    }

    [Fact]
    public void Random_words_in_the_table_lead_to_nothing_but_errors_of_ours()
    {
        Random random = new(20);
        var queue = Create(maxSubscriptions: 4);
        for (int round = 0; round < 300; round++)
        {
            Spoiler.Write(File, Subscriptions + (random.Next(4 * SubscriptionRecord.Size / 8) * 8), random.NextInt64() >> random.Next(64));
            try
            {
                using var reader = round % 3 == 0
                    ? queue.Subscribe("billing", SubscribeFrom.Oldest, null)
                    : queue.Subscribe(SubscribeFrom.Latest, null);
                for (int i = 0; i < 20 && queue.TryEnqueue(P(i)); i++) reader.TryDequeue(out _);
                _ = queue.Subscriptions;
            }
            catch (ShmQueueException)
            {
                // Refused, as it should be.
            }
        }
    }

    [Theory]
    [InlineData(100, 0u)]
    [InlineData(100, 65u)]
    [InlineData(100, uint.MaxValue)]
    [InlineData(12, 0u)]
    [InlineData(104, 1u)]
    [InlineData(112, 4096u)]
    [InlineData(124, 0x80000000u)]
    public void A_spoilt_header_is_refused(int offset, uint word)
    {
        Create().Dispose();
        Spoiler.Write(File, offset, word);
        Should.Throw<ShmQueueException>(() => Open());
    }
}

public sealed class SpoiltSubscriptionTests_ManyProducers : SpoiltSubscriptionTests<ManyProducers>;
public sealed class SpoiltSubscriptionTests_OneProducer : SpoiltSubscriptionTests<OneProducer>;
