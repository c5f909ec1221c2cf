namespace TypedShmQueue.Hosting.Tests.Leases;

/// <summary>Handlers as members of a group of a broadcast queue.</summary>
public sealed class GroupHandlerTests : HostingTests
{
    private string Dead => Name + ".dead";

    [Fact]
    public void Members_share_the_messages_of_their_group_and_each_group_gets_all_of_them()
    {
        TestHost[] billing = [Member("billing"), Member("billing")];
        TestHost audit = Member("audit");
        TestHost[] all = [.. billing, audit];
        foreach (TestHost host in all) host.Start();
        using TickQueue ticks = TickQueue.Open(Name, Folder.Options);
        for (int i = 0; i < 200; i++) ticks.Enqueue(new Tick { Number = i });
        Worker.WaitUntil(() => ticks.GetStatistics().Groups.All(static group => group.Waiting + group.Leased == 0), "all is settled");
        billing.SelectMany(host => host.Received.All).Order().ShouldBe(Range(200));
        audit.Received.All.ShouldBe(Range(200));
    }

    [Fact]
    public void Group_goes_on_where_it_was_when_its_host_starts_again()
    {
        TestHost host = Member("billing").Start();
        using TickQueue ticks = TickQueue.Open(Name, Folder.Options);
        for (int i = 0; i < 5; i++) ticks.Enqueue(new Tick { Number = i });
        Worker.WaitUntil(() => ticks.GetStatistics().Groups[0].Acknowledged == 5, "all is settled");
        host.Stop();
        host.Dispose();
        for (int i = 5; i < 10; i++) ticks.Enqueue(new Tick { Number = i });
        host = Member("billing").Start();
        host.Received.WaitFor(5);
        host.Received.All.ShouldBe([5, 6, 7, 8, 9]);
        host.Stop();
        host.Dispose();
        ticks.RemoveGroup("billing").ShouldBeTrue("the members are gone with their hosts");
    }

    [Fact]
    public void New_group_begins_with_the_latest_if_asked_to()
    {
        using TickQueue ticks = TickQueue.Create(Name, Folder.Options);
        for (int i = 0; i < 5; i++) ticks.Enqueue(new Tick { Number = i });
        TestHost host = Member("billing", options => options.FromLatest = true).Start();
        ticks.Enqueue(new Tick { Number = 5 });
        host.Received.WaitFor(1);
        host.Received.All.ShouldBe([5]);
    }

    [Fact]
    public void Message_that_fails_too_often_goes_to_the_dead_letter_queue_of_its_group()
    {
        TestHost host = Member("billing", options => (options.RetryDelay, options.RetryLimit) = (TimeSpan.Zero, 1), Dead);
        host.Received.Then = static (numbers, _) =>
            numbers[0] == 1 ? throw new InvalidDataException("A tick that cannot be handled.") : Task.CompletedTask;
        host.Start();
        using TickQueue ticks = TickQueue.Open(Name, Folder.Options);
        for (int i = 0; i < 3; i++) ticks.Enqueue(new Tick { Number = i });
        Worker.WaitUntil(() => ticks.GetStatistics().Groups[0].Acknowledged == 3, "all is settled");
        host.Stop();
        host.Received.All.Count(static number => number == 1).ShouldBe(2);
        host.Logs.Of(7).ShouldHaveSingleItem().ShouldContain(Dead + ".billing");
        using TickQueue dead = TickQueue.Open(Dead + ".billing", Folder.Options);
        using TickGroup mourners = dead.JoinGroup("billing");
        mourners.TryTake(out TickLease lease).ShouldBeTrue();
        lease.Value.Number.ShouldBe(1);
        lease.Acknowledge();
    }

    private TestHost Member(string group, Action<ShmGroupHandlerOptions>? configure = null, string? dead = null)
    {
        TestHost host = Folder.Track(new TestHost(($"ShmQueueHandlers:{Name}:TickHandler:Group", group)));
        host.Services.AddShmQueue<TickQueue>(Name, options =>
        {
            Here(options);
            options.DeadLetter = dead;
        }).AddShmGroupHandler<TickQueue, Tick, TickHandler>(configure);
        return host;
    }

    private static IEnumerable<long> Range(int count) => Enumerable.Range(0, count).Select(i => (long)i);
}
