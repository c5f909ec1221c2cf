using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>
/// Somebody else writes to the words of the ring's header that say where the journal is. A commit is then a generation of its own, or a
/// typed error; it is never a write to another place of the file, and what was committed stays.
/// </summary>
public sealed class CorruptPositionTests : DurableTests
{
    private const long First = 1280;

    private static readonly string[] s_words = ["mark", "newest", "tried", "next offset", "next sequence", "previous", "limit", "check"];

    private static readonly long[] s_strange =
        [0, 1, -1, 2, 8, 4095, 4096, 8192, 12288, 1 << 20, 1L << 32, 1L << 62, long.MaxValue, long.MinValue, int.MaxValue];

    private static QueueContract Contract => Contracts.Parcel<ManyProducers, ManyConsumers>();

    public static TheoryData<int> Words() => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Words))]
    public void A_word_that_somebody_else_wrote_leads_nowhere(int word) => Worker.Run(() =>
    {
        Random random = new(word);
        foreach (long value in s_strange.Concat(Enumerable.Range(0, 10).Select(_ => random.NextInt64(1 << 21))))
        {
            var queue = Open();
            for (int i = 0; i < 4; i++) queue.Enqueue(P(i));
            byte[] before = Journal();
            Spoiler.Write(Rings().ShouldHaveSingleItem(), First + (word * 8), value);
            string where = $"{s_words[word]} is {value}";
            Exception? thrown = Record.Exception(() => queue.WaitForCommit(Send(queue)));
            if (thrown != null) thrown.ShouldBeOfType<ShmQueueCorruptException>(where);
            byte[] after = Journal();
            after.Length.ShouldBe(before.Length, where);
            after.AsSpan(0, 4096).SequenceEqual(before.AsSpan(0, 4096)).ShouldBeTrue($"{where}: the header was written to");
            CutPower();
            long[] left = [.. Drain(Open())];
            left[..4].ShouldBe([0, 1, 2, 3], where);
            if (thrown == null && word != 6) left.ShouldBe([0, 1, 2, 3, 4], where);
            Open().Delete();
            LosePower();
        }
    });

    [Fact]
    public void All_words_at_once()
    {
        Random random = new(7);
        for (int round = 0; round < 40; round++)
        {
            Worker.Run(() =>
            {
                var queue = Open();
                for (int i = 0; i < 4; i++) queue.Enqueue(P(i));
                byte[] before = Journal(), noise = new byte[64];
                random.NextBytes(noise);
                Spoiler.Write(Rings().ShouldHaveSingleItem(), First, noise);
                Exception? thrown = Record.Exception(queue.Flush);
                if (thrown != null) thrown.ShouldBeOfType<ShmQueueCorruptException>();
                Journal().AsSpan(0, 4096).SequenceEqual(before.AsSpan(0, 4096)).ShouldBeTrue();
                CutPower();
                Drain(Open()).ShouldBe([0, 1, 2, 3]);
                Open().Delete();
                LosePower();
            });
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 40)]
    public void A_head_that_somebody_else_wrote_ends_no_commit_in_a_hang(long head) => Worker.Run(() =>
    {
        var queue = Open();
        for (int i = 0; i < 4; i++) queue.Enqueue(P(i));
        queue.Session.Ring.Head = head;
        Should.Throw<ShmQueueCorruptException>(queue.Flush);
        CutPower();
        Drain(Open()).ShouldBe([0, 1, 2, 3]);
    });

    /// <summary>Sent without waiting, so that what is thrown is the commit's.</summary>
    private static CommitMark Send(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue)
    {
        queue.TryEnqueue(P(4), out CommitMark mark).ShouldBeTrue();
        return mark;
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open() =>
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, Options));
}
