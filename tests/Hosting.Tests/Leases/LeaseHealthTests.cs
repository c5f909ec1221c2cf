using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TypedShmQueue.Hosting.Tests.Leases;

/// <summary>What the health check says of messages that are taken and not settled, and of dead letters.</summary>
public sealed class LeaseHealthTests : HostingTests
{
    private string Dead => Name + ".dead";

    [Fact]
    public void Check_tells_what_is_taken_for_how_long_and_what_became_a_dead_letter()
    {
        TestHost host = WithCheck();
        DutyQueue duties = Folder.Track(DutyQueue.Open(Name, Folder.Options with { DeadLetter = Dead }));
        Send(duties, 3);
        duties.Take().Reject();
        DutyLease held = duties.Take();
        Thread.Sleep(20);
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Healthy, entry.Description);
        entry.Data["depth"].ShouldBe(2L);
        entry.Data["leased"].ShouldBe(1L);
        entry.Data["oldestLease"].ShouldBeOfType<TimeSpan>().ShouldBeGreaterThan(TimeSpan.FromMilliseconds(10));
        entry.Data["deadLettered"].ShouldBe(1L);
        held.Acknowledge();
        entry = Check(host);
        entry.Data["leased"].ShouldBe(0L);
        entry.Data["oldestLease"].ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Message_that_is_taken_for_too_long_is_degraded_and_says_by_whom()
    {
        TestHost host = WithCheck(limits => limits.MaxLeaseAge = TimeSpan.FromMilliseconds(1));
        DutyQueue duties = Duties();
        Send(duties, 3);
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        DutyLease held = duties.Take();
        Worker.WaitUntil(() => Check(host).Status == HealthStatus.Degraded, "the check says so");
        Check(host).Description.ShouldNotBeNull().ShouldContain($"(position 0, process {Environment.ProcessId}), longer than 00:00:00.001");
        held.Acknowledge();
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public void Too_many_taken_messages_are_degraded()
    {
        TestHost host = WithCheck(limits => limits.MaxLeased = 1);
        DutyQueue duties = Duties();
        Send(duties, 3);
        duties.Take();
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        duties.Take();
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Description.ShouldNotBeNull().ShouldContain("its workers have 2 messages that are not settled, more than 1");
    }

    [Fact]
    public void Dead_letters_that_nobody_has_taken_are_degraded()
    {
        TestHost host = WithCheck(limits => limits.MaxDeadLetters = 0);
        DutyQueue duties = Folder.Track(DutyQueue.Open(Name, Folder.Options with { DeadLetter = Dead }));
        Send(duties, 1);
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        duties.Take().Reject();
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Description.ShouldNotBeNull().ShouldContain($"its dead-letter queue '{Dead}' holds 1 message, more than 0");
        TakeAll(Duties(Dead)).Count.ShouldBe(1);
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public void Dead_letters_of_a_group_are_degraded()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<TickQueue>(Name, options =>
        {
            Here(options);
            options.DeadLetter = Dead;
        }).AddHealthChecks().AddShmQueue<TickQueue>(limits => limits.MaxDeadLetters = 0);
        host.Start();
        using TickQueue ticks = TickQueue.Open(Name, Folder.Options with { DeadLetter = Dead });
        using TickGroup billing = ticks.JoinGroup("billing");
        ticks.Enqueue(new Tick { Number = 1 });
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        billing.Take().Reject();
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Description.ShouldNotBeNull().ShouldContain($"its dead-letter queue '{Dead}.billing' holds 1 message, more than 0");
    }

    [Fact]
    public void Group_that_has_a_message_for_too_long_is_named()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<TickQueue>(Name, Here).AddHealthChecks()
            .AddShmQueue<TickQueue>(limits => limits.MaxLeased = 0);
        host.Start();
        using TickQueue ticks = TickQueue.Open(Name, Folder.Options);
        using TickGroup billing = ticks.JoinGroup("billing"), audit = ticks.JoinGroup("audit");
        ticks.Enqueue(new Tick { Number = 1 });
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        billing.Take();
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Description.ShouldNotBeNull().ShouldContain("the group 'billing' has 1 message that is not settled, more than 0");
        entry.Description.ShouldNotContain("audit");
    }

    private TestHost WithCheck(Action<ShmQueueHealthOptions>? limits = null)
    {
        TestHost host = WithDuties(queue => queue.DeadLetter = Dead);
        host.Services.AddHealthChecks().AddShmQueue<DutyQueue>(limits);
        return host.Start();
    }

    private static HealthReportEntry Check(TestHost host) =>
        host.Provider.GetRequiredService<HealthCheckService>().CheckHealthAsync().Ended().Entries.Values.ShouldHaveSingleItem();
}
