namespace TypedShmQueue.Hosting.Tests;

/// <summary>Handlers over subscriptions to a broadcast queue.</summary>
public sealed class SubscriptionTests : HostingTests
{
    [Fact]
    public void Every_host_gets_every_message()
    {
        using TickQueue ticks = TickQueue.Create(Name, Folder.Options);
        TestHost one = WithTicks(null).Start(), other = WithTicks(null).Start();
        for (int i = 0; i < 500; i++) ticks.Enqueue(new Tick { Number = i });
        one.Received.WaitFor(500);
        other.Received.WaitFor(500);
        one.Received.All.ShouldBe(other.Received.All);
        one.Stop();
        one.Dispose();
        ticks.Subscriptions.Count.ShouldBe(1);
    }

    [Fact]
    public void Named_subscription_goes_on_where_the_host_stopped()
    {
        using TickQueue ticks = TickQueue.Create(Name, Folder.Options);
        TestHost first = WithTicks("billing").Start();
        ShmQueueSubscription held = ticks.Subscriptions.ShouldHaveSingleItem();
        held.Name.ShouldBe("billing");
        held.IsAlive.ShouldBeTrue();
        Send(ticks, 0, 20);
        first.Received.WaitFor(20);
        first.Stop();
        first.Dispose();
        ticks.Subscriptions.ShouldHaveSingleItem().IsAlive.ShouldBeFalse();
        Send(ticks, 20, 20);
        TestHost second = WithTicks("billing").Start();
        second.Received.WaitFor(20);
        second.Received.All.ShouldBe(Enumerable.Range(20, 20).Select(i => (long)i));
    }

    [Fact]
    public void Name_that_another_host_holds_keeps_this_one_from_starting()
    {
        WithTicks("billing").Start();
        Should.Throw<ShmQueueSubscriptionTakenException>(() => WithTicks("billing").Start());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Begins_where_it_is_told_to(bool latest)
    {
        using TickQueue ticks = TickQueue.Create(Name, Folder.Options);
        Send(ticks, 0, 5);
        TestHost host = WithTicks(null, options => options.FromLatest = latest).Start();
        Send(ticks, 5, 5);
        host.Received.WaitFor(latest ? 5 : 10);
        host.Received.All[0].ShouldBe(latest ? 5 : 0);
    }

    [Fact]
    public void Lossy_one_holds_nobody_back()
    {
        using TickQueue ticks = TickQueue.Create(Name, Folder.Options);
        TaskCompletionSource go = new();
        TestHost host = WithTicks(null, options => options.Lossy = true);
        host.Received.Then = (_, _) => go.Task;
        host.Start();
        Send(ticks, 0, 1000);
        ticks.Subscriptions.ShouldHaveSingleItem().IsLossy.ShouldBeTrue();
        go.SetResult();
    }

    private static void Send(TickQueue ticks, int first, int count)
    {
        for (int i = 0; i < count; i++) ticks.Enqueue(new Tick { Number = first + i });
    }

    private TestHost WithTicks(string? subscription, Action<ShmSubscriptionHandlerOptions>? configure = null)
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<TickQueue>(Name, Here).AddShmSubscriptionHandler<TickQueue, Tick, TickHandler>(options =>
        {
            options.Subscription = subscription;
            configure?.Invoke(options);
        });
        return host;
    }
}
