namespace TypedShmQueue.Hosting.Tests.Leases;

/// <summary>What a handler throws is met by its policy, and no message is lost.</summary>
public sealed class LeasePolicyTests : HostingTests
{
    private string Dead => Name + ".dead";

    [Fact]
    public void Retry_delivers_the_message_again_after_its_delay_and_meanwhile_the_others()
    {
        TestHost host = WithDuties();
        host.Received.Then = (numbers, _) => numbers.Contains(1) && host.Received.All.Count(number => number == 1) < 3
            ? throw new InvalidDataException("A duty that cannot be done yet.")
            : Task.CompletedTask;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options => options.RetryDelay = TimeSpan.FromMilliseconds(50));
        DutyQueue duties = Duties();
        Send(duties, 4);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is acknowledged");
        host.Stop();
        host.Received.All.ShouldBe([0, 1, 2, 3, 1, 1]);
        host.Logs.Of(10).Count.ShouldBe(2);
        host.Logs.Entries.First(e => e.Id.Id == 10 && e.Error is not null).Error.ShouldBeOfType<InvalidDataException>();
        host.Logs.Of(3).ShouldHaveSingleItem().ShouldContain("handled 4 messages and failed on 2");
    }

    [Fact]
    public void Retry_ends_in_the_dead_letter_queue_at_its_limit()
    {
        TestHost host = Failing(on: 1, options => (options.RetryDelay, options.RetryLimit) = (TimeSpan.Zero, 2),
            queue => queue.DeadLetter = Dead);
        DutyQueue duties = Duties();
        Send(duties, 4);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is settled");
        host.Stop();
        host.Received.All.Count(static number => number == 1).ShouldBe(3);
        TakeAll(Duties(Dead)).ShouldBe([1]);
        host.Logs.Of(10).Count.ShouldBe(2);
        host.Logs.Of(7).ShouldHaveSingleItem().ShouldContain(Dead);
        duties.GetStatistics().Groups[0].DeadLettered.ShouldBe(1);
    }

    [Fact]
    public void Retry_ends_in_the_dead_letter_queue_with_the_last_delivery_that_the_queue_allows()
    {
        TestHost host = Failing(on: 1, options => options.RetryDelay = TimeSpan.Zero,
            queue => (queue.DeadLetter, queue.MaxDeliveries) = (Dead, 2));
        DutyQueue duties = Duties();
        Send(duties, 4);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is settled");
        host.Stop();
        host.Received.All.Count(static number => number == 1).ShouldBe(2);
        TakeAll(Duties(Dead)).ShouldBe([1]);
        host.Logs.Of(7).ShouldHaveSingleItem();
    }

    [Fact]
    public void Dead_letter_sends_the_message_to_the_queues_dead_letter_queue_at_once()
    {
        TestHost host = Failing(on: 1, options => options.OnError = ShmQueueErrorPolicy.DeadLetter, queue => queue.DeadLetter = Dead);
        DutyQueue duties = Duties();
        Send(duties, 4);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is settled");
        host.Stop();
        host.Received.All.ShouldBe([0, 1, 2, 3]);
        TakeAll(Duties(Dead)).ShouldBe([1]);
    }

    [Fact]
    public void Skip_drops_the_message()
    {
        TestHost host = Failing(on: 1, options => options.OnError = ShmQueueErrorPolicy.Skip);
        DutyQueue duties = Duties();
        Send(duties, 4);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "everything is settled");
        host.Stop();
        host.Received.All.ShouldBe([0, 1, 2, 3]);
        host.Logs.Of(5).ShouldHaveSingleItem();
    }

    [Fact]
    public void Stop_gives_the_message_back_and_stops_the_host()
    {
        TestHost host = Failing(on: 1, options => options.OnError = ShmQueueErrorPolicy.Stop);
        DutyQueue duties = Duties();
        Send(duties, 4);
        host.Start();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Stop();
        host.Logs.Of(11).ShouldHaveSingleItem().ShouldContain("They are given back, and the handler stops.");
        host.Received.All.ShouldBe([0, 1]);
        duties.TryTake(out DutyLease lease).ShouldBeTrue();
        (lease.Value.Number, lease.Deliveries).ShouldBe((1, 2));
        lease.Acknowledge();
        TakeAll(duties).ShouldBe([2, 3]);
    }

    [Fact]
    public void Cancellation_that_is_no_stop_is_a_failure_like_any_other()
    {
        TestHost host = WithDuties(queue => queue.DeadLetter = Dead);
        host.Received.Then = static (_, _) => throw new OperationCanceledException("A request took too long.");
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options => options.OnError = ShmQueueErrorPolicy.DeadLetter);
        DutyQueue duties = Duties();
        Send(duties, 1);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "it is settled");
        TakeAll(Duties(Dead)).ShouldBe([0]);
    }

    [Fact]
    public void Full_dead_letter_queue_keeps_the_messages_and_the_handler_goes_on_when_there_is_room()
    {
        DutyQueue dead = Folder.Track(DutyQueue.Create(Dead, Folder.Options with { Capacity = 2 }));
        TestHost host = WithDuties(queue => queue.DeadLetter = Dead);
        host.Received.Then = static (numbers, _) =>
            numbers[0] < 3 ? throw new InvalidDataException("Nothing can be done.") : Task.CompletedTask;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options => options.OnError = ShmQueueErrorPolicy.DeadLetter);
        DutyQueue duties = Duties();
        Send(duties, 5);
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(15).Count > 0, "the dead-letter queue is full");
        host.Logs.Of(15)[0].ShouldContain("it is full");
        Worker.WaitUntil(() => duties.Count == 1, "those behind it are handled, and it is still in the queue");
        TakeAll(dead).ShouldBe([0, 1]);
        Worker.WaitUntil(() => duties.Count == 0, "everything is settled");
        TakeAll(dead).ShouldBe([2]);
        host.Received.All.ShouldContain(3);
        host.Received.All.ShouldContain(4);
    }

    [Fact]
    public void Take_that_finds_the_dead_letter_queue_full_does_not_end_the_handler()
    {
        DutyQueue dead = Folder.Track(DutyQueue.Create(Dead, Folder.Options with { Capacity = 2 }));
        Send(dead, 2, first: 100);
        DutyQueue duties = Duties();
        Send(duties, 3);
        for (int i = 0; i < 2; i++) duties.Take().Abandon(); // the first message, twice
        TestHost host = WithDuties(queue => (queue.DeadLetter, queue.MaxDeliveries) = (Dead, 2));
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>();
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(16).Count > 0, "the take was refused");
        host.Logs.Of(16)[0].ShouldContain("it is full");
        host.IsStopping.ShouldBeFalse();
        Worker.WaitUntil(() => duties.Count == 1, "those behind it are handled");
        TakeAll(dead).ShouldBe([100, 101]);
        Worker.WaitUntil(() => duties.Count == 0, "everything is settled");
        TakeAll(dead).ShouldBe([0]);
        host.Received.All.ShouldBe([1, 2]);
    }

    [Fact]
    public void Take_that_finds_no_free_lease_does_not_end_the_handler()
    {
        DutyQueue duties = Folder.Track(DutyQueue.Create(Name, Folder.Options with { MaxLeases = 2 }));
        Send(duties, 5);
        DutyLease[] held = [duties.Take(), duties.Take()];
        TestHost host = WithDuties();
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>();
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(14).Count > 0, "there is no free lease");
        host.Logs.Of(14)[0].ShouldContain("MaxLeases");
        foreach (DutyLease lease in held) lease.Acknowledge();
        duties.Dispose(); // its entries are free with it
        DutyQueue after = Duties();
        Worker.WaitUntil(() => after.Count == 0, "everything is settled");
        host.Received.All.ShouldBe([2, 3, 4]);
    }

    [Fact]
    public void Log_that_throws_costs_no_message()
    {
        TestHost host = Failing(on: 0, options => options.RetryDelay = TimeSpan.Zero);
        host.Logs.Before = static id => _ = id == 10 ? throw new IOException("The log is full.") : id;
        DutyQueue duties = Duties();
        Send(duties, 2);
        host.Start();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Stop();
        ShmQueueGroup workers = duties.GetStatistics().Groups[0];
        (workers.Waiting, workers.Leased).ShouldBe((2, 0));
    }

    [Fact]
    public void Delay_doubles_up_to_its_longest()
    {
        TestHost host = WithDuties();
        host.Received.Then = (_, _) => host.Received.Count <= 4
            ? throw new InvalidDataException("A duty that cannot be done yet.")
            : Task.CompletedTask;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options =>
            (options.RetryDelay, options.MaxRetryDelay) = (TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(9)));
        DutyQueue duties = Duties();
        Send(duties, 1);
        host.Start();
        Worker.WaitUntil(() => duties.Count == 0, "it is acknowledged");
        host.Stop();
        host.Logs.Of(10).Select(static log => log.Split("after ")[1].TrimEnd('.'))
            .ShouldBe(["00:00:00.0020000", "00:00:00.0040000", "00:00:00.0080000", "00:00:00.0090000"]);
    }

    private TestHost Failing(long on, Action<ShmLeaseHandlerOptions> configure, Action<ShmQueueServiceOptions>? queue = null)
    {
        TestHost host = WithDuties(queue);
        host.Received.Then = (numbers, _) =>
            numbers.Contains(on) ? throw new InvalidDataException("A duty that cannot be done.") : Task.CompletedTask;
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(configure);
        return host;
    }
}
