namespace TypedShmQueue.Hosting.Tests.Leases;

/// <summary>A handler of a queue with acknowledged delivery: a message stays in the queue until it was handled.</summary>
public sealed class LeaseHandlerTests : HostingTests
{
    [Fact]
    public void Message_is_acknowledged_after_its_handler_has_returned_and_not_before()
    {
        TestHost host = WithDuties();
        TaskCompletionSource go = new();
        host.Received.Then = (_, _) => go.Task;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>();
        DutyQueue duties = Duties();
        Send(duties, 3);
        host.Start();
        host.Received.WaitFor(1);
        duties.Count.ShouldBe(3);
        duties.GetStatistics().Groups[0].Leased.ShouldBe(1, "nothing is taken ahead");
        go.SetResult();
        Worker.WaitUntil(() => duties.Count == 0, "everything is acknowledged");
        host.Received.All.ShouldBe([0, 1, 2]);
        duties.GetStatistics().Groups[0].GivenBack.ShouldBe(0);
    }

    [Fact]
    public void Each_call_has_a_lease_of_its_own()
    {
        TestHost host = WithDuties();
        TaskCompletionSource go = new();
        host.Received.Then = (_, _) => go.Task;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options => options.Parallelism = 4);
        DutyQueue duties = Duties();
        Send(duties, 20);
        host.Start();
        Worker.WaitUntil(() => host.Received.InHand == 4, "four calls");
        duties.GetStatistics().Groups[0].Leased.ShouldBe(4);
        go.SetResult();
        Worker.WaitUntil(() => duties.Count == 0, "everything is acknowledged");
        host.Received.All.Order().ShouldBe(Range(20));
        host.Received.MostInHand.ShouldBe(4);
    }

    [Fact]
    public void Batch_is_acknowledged_as_a_whole()
    {
        TestHost host = WithDuties();
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyBatchHandler>(options => options.MaxBatchSize = 40);
        DutyQueue duties = Duties();
        Send(duties, 50);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is acknowledged");
        host.Received.Calls.Select(call => call.Length).ShouldBe([40, 10]);
        host.Received.All.ShouldBe(Range(50));
    }

    [Fact]
    public void Batch_whose_handler_throws_comes_back_as_a_whole()
    {
        TestHost host = WithDuties();
        int calls = 0;
        host.Received.Then = (_, _) =>
            calls++ == 0 ? throw new InvalidDataException("A batch that cannot be done yet.") : Task.CompletedTask;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyBatchHandler>(options => options.RetryDelay = TimeSpan.Zero);
        DutyQueue duties = Duties();
        Send(duties, 10);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is acknowledged");
        host.Received.Calls[0].ShouldBe(Range(10));
        host.Received.Calls.Skip(1).SelectMany(call => call).Order().ShouldBe(Range(10));
        host.Logs.Of(10).ShouldHaveSingleItem().ShouldContain("10 message(s)");
    }

    [Fact]
    public void Message_that_no_array_can_hold_and_no_stack_is_handled_under_a_lease()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<EpicQueue>(Name, Here).AddShmQueueHandler<EpicQueue, Epic, EpicHandler>();
        using EpicQueue epics = EpicQueue.Create(Name, Folder.Options);
        Tape tape = new();
        tape.Epic.Number = 7;
        tape.Epic.Bytes[^1] = 9;
        epics.Enqueue(in tape.Epic);
        host.Start();
        Worker.WaitUntil(() => epics.Count == 0, "it is acknowledged");
        host.Received.All.ShouldBe([7, 9]);
    }

    [Fact]
    public void Serialized_message_is_handled_under_a_lease()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<NoteQueue>(Name, Here).AddShmQueueHandler<NoteQueue, Note, NoteHandler>();
        using NoteQueue notes = NoteQueue.Create(Name, Folder.Options);
        for (int i = 0; i < 5; i++) notes.Enqueue(new Note(i));
        host.Start();
        Worker.WaitUntil(() => notes.Count == 0, "everything is acknowledged");
        host.Received.All.ShouldBe(Range(5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Message_that_cannot_be_read_meets_the_policy_and_the_others_are_handled(bool inBatches)
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<NoteQueue>(Name, options =>
        {
            Here(options);
            options.DeadLetter = Name + ".dead";
        });
        if (inBatches) host.Services.AddShmQueueHandler<NoteQueue, Note, NoteBatchHandler>(Policy);
        else host.Services.AddShmQueueHandler<NoteQueue, Note, NoteHandler>(Policy);
        using NoteQueue notes = NoteQueue.Create(Name, Folder.Options);
        foreach (long number in (long[])[0, NoteSerializer.Unreadable, 2, 3]) notes.Enqueue(new Note(number));
        host.Start();
        Worker.WaitUntil(() => notes.Count == 0, "everything is settled");
        host.Stop();
        host.Received.All.ShouldBe([0, 2, 3]);
        host.Logs.Entries.Last(e => e.Id.Id == 7).Error.ShouldNotBeNull().ToString().ShouldContain("A note that nobody can read.");
        using NoteQueue dead = NoteQueue.Open(Name + ".dead", Folder.Options);
        dead.Count.ShouldBe(1);

        static void Policy(ShmLeaseHandlerOptions options) => (options.RetryDelay, options.RetryLimit) = (TimeSpan.Zero, 2);
    }

    [Fact]
    public void Message_that_cannot_be_read_ends_the_service_if_the_policy_says_so_and_stays_in_the_queue()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<NoteQueue>(Name, Here)
            .AddShmQueueHandler<NoteQueue, Note, NoteBatchHandler>(options => options.OnError = ShmQueueErrorPolicy.Stop);
        using NoteQueue notes = NoteQueue.Create(Name, Folder.Options);
        foreach (long number in (long[])[0, NoteSerializer.Unreadable, 2]) notes.Enqueue(new Note(number));
        host.Start();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Stop();
        host.Received.All.ShouldBeEmpty();
        ShmQueueGroup workers = notes.GetStatistics().Groups[0];
        (workers.Waiting, workers.Leased).ShouldBe((3, 0));
    }

    [Fact]
    public void Handler_that_asks_for_it_knows_which_delivery_of_which_message_it_has()
    {
        TestHost host = WithDuties();
        host.Received.Then = static (call, _) =>
            call is [101, _, 1] ? throw new InvalidDataException("A duty that cannot be done yet.") : Task.CompletedTask;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, KnowingDutyHandler>(options => options.RetryDelay = TimeSpan.Zero);
        DutyQueue duties = Duties();
        Send(duties, 2, first: 100);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is acknowledged");
        host.Received.Calls.ShouldBe([[100, 0, 1], [101, 1, 1], [101, 1, 2]]);
    }

    [Fact]
    public void Handler_that_asks_for_deliveries_is_refused_by_a_queue_without_them()
    {
        TestHost host = WithJobs();
        Should.Throw<InvalidOperationException>(() => host.Services.AddShmQueueHandler<JobQueue, Job, KnowingJobHandler>())
            .Message.ShouldContain("KnowingJobHandler is an IShmLeaseHandler, but messages of JobQueue come without a lease here.");
    }

    [Fact]
    public void Queue_at_its_end_ends_the_service_once_everything_is_settled()
    {
        TestHost host = WithDuties();
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options =>
        {
            options.StopHostWhenCompleted = true;
            options.Parallelism = 3;
        });
        DutyQueue duties = Duties();
        Send(duties, 30);
        DutyLease last = duties.Take();
        duties.Complete();
        host.Start();
        host.Received.WaitFor(29);
        host.IsStopping.ShouldBeFalse("one is in other hands and may come back");
        last.Abandon();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Received.All.Order().ShouldBe(Range(30));
        host.Logs.Of(4).ShouldHaveSingleItem();
    }

    [Fact]
    public void Handlers_of_two_hosts_share_the_messages_of_a_queue_with_a_key()
    {
        TestHost[] hosts = [Keyed(), Keyed()];
        DutyQueue duties = Duties();
        Send(duties, 60);
        foreach (TestHost host in hosts) host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is acknowledged");
        hosts.SelectMany(host => host.Received.All).Order().ShouldBe(Range(60));

        TestHost Keyed()
        {
            TestHost host = Folder.Track(new TestHost());
            host.Services.AddKeyedShmQueue<DutyQueue>("work", Name, Here)
                .AddKeyedShmQueueHandler<DutyQueue, Duty, DutyHandler>("work");
            return host;
        }
    }

    private static IEnumerable<long> Range(int count) => Enumerable.Range(0, count).Select(i => (long)i);

    /// <summary>Where an epic is while it is in no queue: the stack may have no room for it.</summary>
    private sealed class Tape
    {
        public Epic Epic;
    }
}
