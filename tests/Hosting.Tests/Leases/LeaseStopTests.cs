namespace TypedShmQueue.Hosting.Tests.Leases;

/// <summary>A stop finishes what is in hand and gives back what it cannot wait for; that is no failure of the message.</summary>
public sealed class LeaseStopTests : HostingTests
{
    [Fact]
    public void Message_in_hand_is_finished_and_the_rest_stays_in_the_queue()
    {
        TestHost host = WithDuties();
        TaskCompletionSource go = new();
        host.Received.Then = (_, _) => go.Task;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options => options.Parallelism = 2);
        DutyQueue duties = Duties();
        Send(duties, 10);
        host.Start();
        Worker.WaitUntil(() => host.Received.InHand == 2, "two calls");
        Task stop = host.StopAsync();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        stop.IsCompleted.ShouldBeFalse();
        go.SetResult();
        stop.Ended();
        host.Received.All.Order().ShouldBe([0, 1]);
        ShmQueueGroup workers = duties.GetStatistics().Groups[0];
        (workers.Waiting, workers.Leased, workers.Acknowledged, workers.GivenBack).ShouldBe((8, 0, 2, 0));
    }

    [Theory]
    [InlineData(ShmQueueErrorPolicy.Stop)]
    [InlineData(ShmQueueErrorPolicy.Skip)]
    [InlineData(ShmQueueErrorPolicy.DeadLetter)]
    [InlineData(ShmQueueErrorPolicy.Retry)]
    public void Handler_that_the_stop_interrupts_has_not_failed_and_its_message_is_given_back(ShmQueueErrorPolicy policy)
    {
        TestHost host = WithDuties(queue => queue.DeadLetter = Name + ".dead");
        host.Received.Then = static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options =>
        {
            options.StopTimeout = TimeSpan.FromMilliseconds(50);
            options.OnError = policy;
            options.RetryLimit = policy == ShmQueueErrorPolicy.Retry ? 0 : null;
        });
        DutyQueue duties = Duties();
        Send(duties, 2);
        host.Start();
        host.Received.WaitFor(1);
        host.Stop();
        ShmQueueGroup workers = duties.GetStatistics().Groups[0];
        (workers.Waiting, workers.Leased, workers.DeadLettered).ShouldBe((2, 0, 0));
        Duties(Name + ".dead").Count.ShouldBe(0);
        host.Logs.Of(12).ShouldHaveSingleItem().ShouldContain("1 message(s)");
        host.Logs.Of(3).ShouldHaveSingleItem().ShouldContain("handled 0 messages and failed on 0");
        BackgroundService service = host.Provider.GetServices<IHostedService>().OfType<BackgroundService>().ShouldHaveSingleItem();
        service.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void Handler_that_does_not_heed_the_stop_loses_its_message_to_others_when_the_host_waits_no_longer()
    {
        TestHost host = WithDuties();
        TaskCompletionSource go = new();
        host.Received.Then = (_, _) => go.Task;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>();
        DutyQueue duties = Duties();
        Send(duties, 1);
        host.Start();
        host.Received.WaitFor(1);
        try
        {
            host.StopAsync(new CancellationToken(canceled: true)).Ended();
            // The host's handle is still open.
            host.Provider.GetRequiredService<DutyQueue>().IsCompleted.ShouldBeFalse();
            duties.TryTake(out DutyLease lease).ShouldBeTrue();
            lease.Deliveries.ShouldBe(2);
            host.Logs.Of(12).ShouldHaveSingleItem();
            go.SetResult();
            Worker.WaitUntil(() => host.Logs.Of(13).Count == 1, "the late handler is reported");
            lease.Acknowledge().ShouldBeTrue("the late one has not settled it");
        }
        finally
        {
            go.TrySetResult();
        }
    }

    [Fact]
    public void Message_that_waits_for_its_retry_is_with_others_when_the_host_is_gone()
    {
        TestHost host = WithDuties();
        host.Received.Then = static (_, _) => throw new InvalidDataException("A duty that cannot be done yet.");
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options => options.RetryDelay = TimeSpan.FromDays(1));
        DutyQueue duties = Duties();
        Send(duties, 1);
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(10).Count == 1, "it waits for its retry");
        duties.GetStatistics().Groups[0].Leased.ShouldBe(1);
        host.Stop();
        host.Dispose();
        TakeAll(duties).ShouldBe([0]);
    }

    [Fact]
    public void Hosts_that_stop_and_start_under_load_lose_nothing_and_do_nothing_twice()
    {
        DutyQueue duties = Duties();
        List<long> handled = [];
        int sent = 0;
        for (int life = 0; life < 5; life++)
        {
            TestHost host = WithDuties();
            host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyBatchHandler>(options =>
                (options.Parallelism, options.MaxBatchSize) = (3, 5));
            host.Start();
            for (int i = 0; i < 200; i++) duties.Enqueue(new Duty { Number = sent++ });
            host.Stop();
            handled.AddRange(host.Received.All);
            host.Dispose();
        }

        handled.AddRange(TakeAll(duties));
        handled.Order().ShouldBe(Enumerable.Range(0, sent).Select(i => (long)i));
    }
}
