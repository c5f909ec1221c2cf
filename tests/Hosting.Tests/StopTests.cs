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
        host.Logs.Of(3).ShouldHaveSingleItem().ShouldContain("handled 1 messages, and failed on 0");
        jobs.Count.ShouldBe(9);
        jobs.Dequeue().Number.ShouldBe(1);
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
    public void Handler_that_does_not_end_is_cancelled_after_the_timeout_and_its_message_meets_the_policy(ShmQueueErrorPolicy policy, int log)
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
}
