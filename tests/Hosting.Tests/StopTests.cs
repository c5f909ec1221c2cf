namespace TypedShmQueue.Hosting.Tests;

/// <summary>A stop finishes what is in hand, leaves the rest in the queue, and waits no longer than it is told to.</summary>
public sealed class StopTests : HostingTests
{
    [Fact]
    public void Message_in_hand_is_finished_and_the_rest_stays_in_the_queue()
    {
        TestHost host = WithJobs();
        TaskCompletionSource go = new();
        bool wasCancelled = true;
        host.Received.Then = async (_, cancellationToken) =>
        {
            await go.Task;
            wasCancelled = cancellationToken.IsCancellationRequested;
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>();
        JobQueue jobs = Jobs();
        Send(jobs, 10);
        host.Start();
        host.Received.WaitFor(1);
        Task stop = host.StopAsync();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        stop.IsCompleted.ShouldBeFalse();
        go.SetResult();
        stop.Ended();
        wasCancelled.ShouldBeFalse();
        host.Received.All.ShouldBe([0]);
        host.Logs.Of(3).ShouldHaveSingleItem().ShouldContain("handled 1 messages and failed on 0");
        jobs.Count.ShouldBe(9);
        jobs.Dequeue().Number.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_taken_once_a_stop_was_asked_for_however_long_other_services_take_to_stop(bool byTheApplication)
    {
        TestHost host = WithJobs();
        SlowToStop slow = new();
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 3);
        host.Services.AddSingleton<IHostedService>(slow); // added last, so the host stops it first, and the handler's turn comes only then
        JobQueue jobs = Jobs();
        host.Start();
        Send(jobs, 10);
        host.Received.WaitFor(10);
        Task? stop = null;
        if (byTheApplication) host.Provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        else stop = host.StopAsync();
        try
        {
            if (!byTheApplication) slow.Asked.Task.Ended();
            Send(jobs, 10, first: 10);
            Worker.WaitUntil(() => host.Logs.Of(3).Count == 1, "the handler takes no more");
        }
        finally
        {
            slow.Go.SetResult();
        }

        (stop ?? host.StopAsync()).Ended();
        host.Received.Count.ShouldBe(10);
        jobs.Count.ShouldBe(10);
    }

    [Fact]
    public void Time_of_each_handler_begins_when_the_stop_is_asked_for_and_not_when_its_turn_comes()
    {
        TestHost host = WithJobs();
        string chores = ShmQueueName.NewUnique();
        TaskCompletionSource cancelled = new();
        host.Received.Then = async (numbers, cancellationToken) =>
        {
            if (numbers[0] == 0)
            {
                await using CancellationTokenRegistration told = cancellationToken.Register(() => cancelled.SetResult());
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            else
            {
                await cancelled.Task; // stopped first, and ends only when the other's time is over
            }
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options =>
            (options.OnError, options.StopTimeout) = (ShmQueueErrorPolicy.Skip, TimeSpan.FromMilliseconds(50)));
        host.Services.AddShmQueue<ChoreQueue>(chores, Here)
            .AddShmQueueHandler<ChoreQueue, Chore, ChoreHandler>(options => options.StopTimeout = Timeout.InfiniteTimeSpan);
        host.Start();
        Send(Jobs(), 1);
        host.Provider.GetRequiredService<ChoreQueue>().Enqueue(new Chore { Number = 1 });
        host.Received.WaitFor(2);
        host.Stop();
        host.Logs.Of(5).ShouldHaveSingleItem("the job was cancelled");
        host.Logs.Of(3).ShouldContain(end =>
            end.Contains(chores, StringComparison.Ordinal) && end.Contains("handled 1 messages and failed on 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Host_that_waits_no_longer_does_not_take_the_dead_letter_queue_away_from_a_handler_that_ends()
    {
        TestHost host = WithJobs();
        host.Received.Then = static async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(50, CancellationToken.None); // it cleans up
            throw new InvalidDataException("It was not done in time.");
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options =>
            (options.OnError, options.DeadLetterQueue) = (ShmQueueErrorPolicy.DeadLetter, Name + ".dead"));
        JobQueue dead = Jobs(Name + ".dead");
        Send(Jobs(), 1);
        host.Start();
        host.Received.WaitFor(1);
        host.StopAsync(new CancellationToken(canceled: true)).Ended();
        host.Dispose();
        host.Logs.Of(8).ShouldBeEmpty();
        dead.Count.ShouldBe(1);
    }

    [Fact]
    public void Idle_service_stops_and_takes_nothing()
    {
        TestHost host = WithJobs();
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 4);
        host.Start();
        host.Stop();
        JobQueue jobs = Jobs();
        Send(jobs, 5);
        jobs.Count.ShouldBe(5);
        host.Received.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ShmQueueErrorPolicy.Skip, 5)]
    [InlineData(ShmQueueErrorPolicy.DeadLetter, 7)]
    public void Handler_that_does_not_end_is_cancelled_after_the_timeout_and_its_message_meets_the_policy(
        ShmQueueErrorPolicy policy, int log)
    {
        TestHost host = WithJobs();
        host.Received.Then = static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options =>
        {
            options.StopTimeout = TimeSpan.FromMilliseconds(50);
            options.OnError = policy;
            options.DeadLetterQueue = policy == ShmQueueErrorPolicy.DeadLetter ? Name + ".dead" : null;
        });
        JobQueue jobs = Jobs();
        Send(jobs, 2);
        host.Start();
        host.Received.WaitFor(1);
        host.Stop();
        jobs.Count.ShouldBe(1);
        host.Logs.Of(log).Count.ShouldBe(1);
        if (policy == ShmQueueErrorPolicy.DeadLetter) Jobs(Name + ".dead").Dequeue().Number.ShouldBe(0);
    }

    [Fact]
    public void Host_that_was_stopped_goes_on_in_its_successor()
    {
        JobQueue jobs = Jobs();
        List<long> handled = [];
        int sent = 0;
        for (int life = 0; life < 5; life++)
        {
            TestHost host = WithJobs();
            host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 2);
            host.Start();
            Send(jobs, 40, sent);
            sent += 40;
            host.Received.WaitFor(1);
            host.Stop();
            handled.AddRange(host.Received.All);
            host.Dispose();
            while (jobs.Count > 20) handled.Add(jobs.Dequeue().Number);
        }

        while (jobs.TryDequeue(out Job rest)) handled.Add(rest.Number);
        handled.Order().ShouldBe(Enumerable.Range(0, sent).Select(i => (long)i));
    }

    private sealed class SlowToStop : IHostedService
    {
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Go { get; } = new();

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return Go.Task;
        }
    }
}
