namespace TypedShmQueue.Hosting.Tests;

/// <summary>
/// Messages on their way to a handler: one by one or in batches, one call at a time or several, up to the end of the queue.
/// </summary>
public sealed class HandlerTests : HostingTests
{
    [Fact]
    public void Each_message_goes_to_a_handler_of_its_own_in_order()
    {
        TestHost host = WithJobs();
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>();
        host.Start();
        Send(Jobs(), 200);
        host.Received.WaitFor(200);
        host.Received.All.ShouldBe(Range(0, 200));
        host.Received.Handlers.Count.ShouldBe(200);
        host.Received.MostInHand.ShouldBe(1);
    }

    [Fact]
    public void Batch_is_what_is_there_up_to_its_limit()
    {
        TestHost host = WithJobs();
        host.Services.AddShmQueueHandler<JobQueue, Job, JobBatchHandler>(options => options.MaxBatchSize = 8);
        Send(Jobs(), 20);
        host.Start();
        host.Received.WaitFor(20);
        host.Received.Calls.Select(call => call.Length).ShouldBe([8, 8, 4]);
        host.Received.All.ShouldBe(Range(0, 20));
    }

    [Fact]
    public void As_many_calls_at_a_time_as_asked_for_and_no_message_is_taken_ahead()
    {
        TestHost host = WithJobs();
        TaskCompletionSource go = new();
        host.Received.Then = (_, _) => go.Task;
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 4);
        JobQueue jobs = Jobs();
        Send(jobs, 20);
        host.Start();
        Worker.WaitUntil(() => host.Received.InHand == 4, "four calls at a time");
        jobs.Count.ShouldBe(16);
        go.SetResult();
        host.Received.WaitFor(20);
        host.Received.MostInHand.ShouldBe(4);
        host.Received.All.Order().ShouldBe(Range(0, 20));
    }

    [Fact]
    public void Handlers_that_never_yield_are_called_as_many_at_a_time_as_asked_for_too()
    {
        TestHost host = WithJobs();
        host.Received.Then = (_, _) =>
        {
            Worker.WaitUntil(() => host.Received.MostInHand == 4, "four calls at a time");
            return Task.CompletedTask;
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 4);
        Send(Jobs(), 20);
        host.Start();
        host.Received.WaitFor(20);
        host.Received.MostInHand.ShouldBe(4);
        host.Received.All.Order().ShouldBe(Range(0, 20));
    }

    [Fact]
    public void Role_for_one_is_taken_by_one_lane_at_a_time()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<ChoreQueue>(Name, Here)
            .AddShmQueueHandler<ChoreQueue, Chore, ChoreHandler>(options => options.Parallelism = 8);
        // Lanes on threads of their own that have messages waiting: they would get into each other's calls.
        host.Received.Then = static async (_, _) => await Task.Yield();
        host.Start();
        using ChoreQueue chores = ChoreQueue.Open(Name, Folder.Options);
        CancellationToken stopping = host.Provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        Worker.Run(() =>
        {
            for (int i = 0; i < 50_000; i++) chores.Enqueue(new Chore { Number = i }, stopping);
        });
        Worker.WaitUntil(() => host.Received.Count == 50_000 || host.IsStopping, "all handled");
        host.Received.All.Order().ShouldBe(Range(0, 50_000));
    }

    [Fact]
    public void Handler_goes_by_the_key_of_its_queue()
    {
        TestHost host = WithJobs();
        string other = ShmQueueName.NewUnique();
        host.Services.AddKeyedShmQueue<JobQueue>("other", other, Here).AddKeyedShmQueueHandler<JobQueue, Job, JobHandler>("other");
        host.Start();
        JobQueue jobs = Jobs();
        Send(jobs, 3);
        Send(Jobs(other), 5, first: 10);
        host.Received.WaitFor(5);
        host.Received.All.ShouldBe(Range(10, 5));
        jobs.Count.ShouldBe(3);
    }

    [Fact]
    public void Serialized_messages_are_handled_and_one_that_cannot_be_read_ends_the_service_behind_those_before_it()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<LetterQueue>(Name, Here).AddShmQueueHandler<LetterQueue, Letter, LetterBatchHandler>();
        using LetterQueue letters = LetterQueue.Create(Name, Folder.Options);
        for (int i = 0; i < 3; i++) letters.Enqueue(new Letter(i, "text"));
        letters.Enqueue(new Letter(LetterSerializer.Unreadable, ""));
        letters.Enqueue(new Letter(4, "behind it"));
        host.Start();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Received.All.ShouldBe([0, 1, 2]);
        letters.Dequeue().ShouldBe(new Letter(4, "behind it"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Queue_at_its_end_stops_the_host_if_asked_to(bool asked)
    {
        TestHost host = WithJobs();
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options =>
        {
            options.StopHostWhenCompleted = asked;
            options.Parallelism = 3;
        });
        JobQueue jobs = Jobs();
        Send(jobs, 30);
        jobs.Complete();
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(4).Count == 1, "the service is at the queue's end");
        host.Received.All.Order().ShouldBe(Range(0, 30));
        if (asked) Worker.WaitUntil(() => host.IsStopping, "the host stops");
        else host.IsStopping.ShouldBeFalse();
        host.Logs.Of(3).ShouldHaveSingleItem().ShouldContain("handled 30 messages and failed on 0");
    }

    private static IEnumerable<long> Range(int first, int count) => Enumerable.Range(first, count).Select(i => (long)i);
}
