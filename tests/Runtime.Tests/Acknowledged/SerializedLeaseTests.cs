using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>Leases of serialized messages: a message that cannot be read costs no other, and no serializer sees what nobody sent.</summary>
public sealed class SerializedLeaseTests : IDisposable
{
    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose()
    {
        NoteSerializer.Behave();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_take_of_several_that_waits_returns_those_before_one_that_cannot_be_read(bool timed)
    {
        NoteJobs jobs = Open();
        NoteJobs producer = Open();
        NoteLease[] leases = new NoteLease[8];
        int taken = 0;
        Worker worker = Worker.Start(() =>
        {
            NoteSerializer.Behave(beforeReading: ThrowAtTheSecond());
            taken = timed ? jobs.TryTake(leases, Worker.Patience) : jobs.Take(leases);
        });
        Worker.WaitUntil(() => producer.GetStatistics().Parked > 0, "it is parked");
        producer.TryEnqueue([new Note(1, "good"), new Note(2, "bad"), new Note(3, "behind")]).ShouldBe(3);
        worker.Join();
        taken.ShouldBe(1);
        leases[0].Value.Id.ShouldBe(1);
        leases[0].Acknowledge().ShouldBeTrue();
        NoteSerializer.Behave();
        jobs.Take(leases).ShouldBe(2);
        leases[..2].Select(static lease => lease.Value.Id).Order().ShouldBe([2, 3]);
    }

    [Fact]
    public void A_handle_that_is_disposed_while_a_message_comes_gives_the_serializer_whole_messages_only()
    {
        for (int round = 0; round < 100; round++)
        {
            NoteJobs jobs = Open();
            using NoteJobs producer = Open();
            Task<NoteLease> take = jobs.TakeAsync().AsTask();
            producer.TryEnqueue(new Note(round, "a note")).ShouldBeTrue();
            jobs.Dispose();
            // The serializer throws at bytes that are no note.
            if (Record.Exception(() => take.WaitAsync(Worker.Patience).GetAwaiter().GetResult()) is { } ended)
                ended.ShouldBeOfType<ObjectDisposedException>();
            NoteLease[] left = new NoteLease[1];
            producer.TryTake(left, Worker.Patience).ShouldBe(1, "what it had taken goes to others");
            left[0].Value.Id.ShouldBe(round);
            left[0].Acknowledge().ShouldBeTrue();
        }
    }

    private static Action ThrowAtTheSecond()
    {
        int read = 0;
        return () =>
        {
            if (++read == 2) throw new FormatException("Not this one.");
        };
    }

    private NoteJobs Open() => _folder.Track(NoteJobs.OpenOrCreate(_name, _folder.Options with { Capacity = 8 }));
}
