using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Tool.Tests;

/// <summary>
/// <c>verify</c> of groups, ledgers and lease entries: whole ones beside busy workers, and each word that no queue writes.
/// </summary>
public sealed class LeaseVerificationTests : LeasedTests
{
    private const int Busy = 60_000;

    public static TheoryData<string, long, string> Spoilt => new()
    {
        { "cursor", 0, "its oldest position is" },
        { "cursor", 1L << 40, "its oldest position is" },
        { "cursor", long.MaxValue, "its oldest position is" },
        { "next", 7, "its oldest position is" },
        { "next", 1L << 40, "its oldest position is" },
        { "next", long.MinValue, "its oldest position is" },
        { "ledger", 0, "no queue writes the word 0x0 to its ledger" },
        { "ledger", LedgerWord.Leased(1, 2).Word & ~3L, "no queue writes the word" },
        { "ledger", LedgerWord.Done(2, 1).Word, "no queue writes the word" }, // of a position that is not handed out
        { "ledger", LedgerWord.Leased(0, 1).Word, "no queue writes the word" },
        { "ledger", LedgerWord.Leased(1, 0).Word, "no queue writes the word" },
        { "ledger", -1, "no queue writes the word" },
        { "first", 3, "lease entry 0: delivery 1 of 1 messages" },
        { "first", 1L << 40, "lease entry 0: delivery 1 of 1 messages" },
        { "count", 33, "lease entry 0: delivery 1 of 33 messages" },
        { "count", -1, "lease entry 0" },
        { "deliveries", 0, "lease entry 0: delivery 0" },
        { "deliveries", 5000, "lease entry 0: delivery 5000" },
        { "group", 1, "of group 1" },
        { "owner", 0xFFFF, "lease entry 0 names participant 65534" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void A_word_that_no_queue_writes_is_found(string word, long value, string what)
    {
        var queue = Create(3);
        Acknowledge(queue, 1);
        var lease = queue.Take();
        lease.Position.ShouldBe(1);
        Shmq("verify", Name).ExitCode.ShouldBe(0);
        Write(OffsetOf(word), value);
        string before = HashOf(Name);
        Answer verified = Shmq("verify", Name);
        verified.ExitCode.ShouldBe(4);
        verified.Output.ShouldContain(what);
        verified.Error.ShouldBeEmpty();
        // Whatever the words say, looking at them ends in an answer.
        Shmq("stat", Name).ExitCode.ShouldBe(0);
        Shmq("ls").ExitCode.ShouldBe(0);
        Shmq("watch", Name, "--count", "1").ExitCode.ShouldBe(0);
        Shmq("dump", Name).ExitCode.ShouldBe(0);
        bool isEnd = word is "cursor" or "next";
        Answer doctor = Shmq("doctor", Name);
        doctor.Error.ShouldBeEmpty();
        if (isEnd)
        {
            doctor.ExitCode.ShouldBe(4);
            Shmq("repair", Name).ShouldRefuse(4, "is corrupt, and a repair cannot restore it");
        }

        HashOf(Name).ShouldBe(before);
    }

    [Fact]
    public void Busy_workers_are_whole() => LookBeside(queue =>
    {
        int i = 0;
        for (int done = 0; done < Busy;)
        {
            if (!queue.TryTake(out var lease)) continue;
            if (i++ % 7 == 0) lease.Abandon();
            else
            {
                lease.Acknowledge();
                done++;
            }
        }
    });

    [Fact]
    public void Workers_that_take_batches_are_whole() => LookBeside(queue =>
    {
        var leases = new TypedLease<Parcel>[5];
        for (int done = 0; done < Busy;)
        {
            int taken = queue.TryTake(leases);
            for (int i = taken - 1; i >= 0; i--)
            {
                leases[i].Acknowledge();
                done++;
            }
        }
    });

    [Fact]
    public void A_group_that_is_removed_and_begun_again_and_again_is_whole()
    {
        var queue = CreateBroadcast();
        using SegmentReader reader = SegmentReader.TryOpen(Name, Options)!;
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                using (var member = queue.JoinGroup("billing", SubscribeFrom.Oldest))
                {
                    queue.TryEnqueue(new Parcel(1, i)).ShouldBeTrue();
                    while (member.TryTake(out var lease)) lease.Acknowledge();
                }

                queue.RemoveGroup("billing");
            }
        });
        while (producer.IsRunning) ShouldBeWhole(reader);
        producer.Join();
    }

    private void LookBeside(Action<TypedAcknowledged<Parcel, ManyProducers>> work)
    {
        var queue = Create(0, static options => options with { Wait = WaitPolicy.Adaptive });
        using SegmentReader reader = SegmentReader.TryOpen(Name, Options)!;
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < Busy; i++) queue.Enqueue(new Parcel(1, i));
        });
        Worker consumer = Worker.Start(() => work(queue));
        long looks = 0;
        while (consumer.IsRunning)
        {
            ShouldBeWhole(reader);
            looks++;
        }

        producer.Join();
        consumer.Join();
        looks.ShouldBeGreaterThan(0);
    }

    private static void ShouldBeWhole(SegmentReader reader)
    {
        SegmentVerification verification = new(reader, mostFaults: 3);
        verification.Run(long.MaxValue);
        verification.Faults.ShouldBeEmpty();
        foreach (ShmQueueGroup group in reader.Groups)
            (group.Waiting >= 0 && group.Leased >= 0 && group.Acknowledged >= 0 && group.Position >= 0).ShouldBeTrue(group.ToString());
    }

    private unsafe long OffsetOf(string word)
    {
        using SegmentReader reader = SegmentReader.TryOpen(Name, Options)!;
        SegmentGeometry geometry = reader.Geometry;
        return word switch
        {
            "cursor" => geometry.GroupsOffset,
            "next" => geometry.GroupsOffset + 128,
            "ledger" => geometry.LedgersOffset + sizeof(long), // of position 1, which is leased
            "owner" => geometry.LeasesOffset,
            "first" => geometry.LeasesOffset + 8,
            "count" => geometry.LeasesOffset + 16,
            "deliveries" => geometry.LeasesOffset + 24,
            "group" => geometry.LeasesOffset + 32,
            _ => throw new ArgumentException(word, nameof(word)),
        };
    }

    private void Write(long offset, long value)
    {
        using FileStream file = Folder.OpenShared(Name, FileAccess.Write);
        file.Position = offset;
        file.Write(BitConverter.GetBytes(value));
    }
}
