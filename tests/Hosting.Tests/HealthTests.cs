using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TypedShmQueue.Hosting.Tests;

/// <summary>The health check in each of its states.</summary>
public sealed class HealthTests : HostingTests
{
    [Fact]
    public void Queue_that_works_is_healthy_and_says_how_it_is()
    {
        TestHost host = WithCheck();
        Send(Jobs(), 3);
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Healthy, entry.Description);
        entry.Data["depth"].ShouldBe(3L);
        entry.Data["capacity"].ShouldBe(64);
        entry.Data["participants"].ShouldBe(2);
        entry.Data["deadParticipants"].ShouldBe(0);
    }

    [Fact]
    public void Depth_beyond_its_threshold_is_degraded()
    {
        TestHost host = WithCheck(limits => limits.MaxDepth = 3);
        JobQueue jobs = Jobs();
        Send(jobs, 3);
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        Send(jobs, 1);
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Description.ShouldNotBeNull().ShouldContain("it holds 4 messages, more than 3");
    }

    [Fact]
    public void Lag_beyond_its_threshold_is_degraded_and_says_whose_it_is()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<TickQueue>(Name, Here).AddHealthChecks().AddShmQueue<TickQueue>(limits => limits.MaxLag = 5);
        host.Start();
        using TickQueue ticks = TickQueue.Open(Name, Folder.Options);
        using TickSubscription slow = ticks.Subscribe("billing"), quick = ticks.Subscribe();
        for (int i = 0; i < 6; i++) ticks.Enqueue(new Tick { Number = i });
        for (int i = 0; i < 6; i++) quick.Dequeue();
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Description.ShouldNotBeNull().ShouldContain("the subscription 'billing' has 6 messages to take, more than 5");
        entry.Data["lag"].ShouldBe(6L);
        slow.Dequeue();
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public void Participant_that_died_is_degraded_and_named()
    {
        TestHost host = WithCheck(limits => limits.MaxDeadParticipants = 0);
        using Processes.WorkerProcess worker = new(Folder.Location, Name, Folder.PathOf("ledger.txt"), "100");
        worker.WaitUntilReady();
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        worker.Kill();
        Check(host).Status.ShouldBe(HealthStatus.Degraded);
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Degraded, "looking does not bury the dead");
        entry.Description.ShouldNotBeNull().ShouldContain("of its participants have died, more than 0");
        Jobs();
        Check(host).Status.ShouldBe(HealthStatus.Healthy, "its place was taken");
    }

    [Fact]
    public void Deleted_queue_is_unhealthy()
    {
        TestHost host = WithCheck();
        Jobs().Delete();
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Unhealthy);
        entry.Description.ShouldNotBeNull().ShouldContain("was deleted");
    }

    [Fact]
    public void Queue_whose_file_is_gone_is_unhealthy()
    {
        TestHost host = WithCheck();
        File.Delete(Folder.PathOf(Name));
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Unhealthy);
        entry.Description.ShouldNotBeNull().ShouldContain("its file was removed");
    }

    [Fact]
    public void Spoilt_queue_is_unhealthy()
    {
        TestHost host = WithCheck();
        using (FileStream file = File.OpenWrite(Folder.PathOf(Name))) file.Write(new byte[64]);
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Unhealthy);
        entry.Exception.ShouldBeOfType<ShmQueueCorruptException>();
        entry.Description.ShouldBe(entry.Exception.Message);
    }

    [Theory]
    [InlineData("tail", 512, 3, "The next position to take")]
    [InlineData("head", 640, 1L << 40, "The next position to take")]
    [InlineData("slot", -1, 0, "slot 1: no queue writes the word 0x0 there")]
    [InlineData("slot", -1, 77, "slot 1: no queue writes the word 0x4d there")]
    public void Word_that_no_queue_writes_is_unhealthy_and_said(string what, long offset, long value, string said)
    {
        TestHost host = WithCheck();
        JobQueue jobs = Jobs();
        Send(jobs, 3);
        jobs.Dequeue();
        jobs.Dequeue();
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        const int SlotsOffsetField = 72, Stride = 16;
        using (FileStream file = new(Folder.PathOf(Name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            Span<byte> word = stackalloc byte[sizeof(long)];
            if (offset < 0)
            {
                RandomAccess.Read(file.SafeFileHandle, word, SlotsOffsetField);
                offset = BitConverter.ToInt64(word) + Stride; // the second slot's
            }

            BitConverter.TryWriteBytes(word, value);
            RandomAccess.Write(file.SafeFileHandle, word, offset);
        }

        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Unhealthy, what);
        entry.Description.ShouldNotBeNull().ShouldContain(said);
        entry.Description.ShouldContain($"shmq dump {Name}");
    }

    [Fact]
    public void Slots_beyond_those_to_be_verified_are_left_alone()
    {
        TestHost host = WithCheck(limits => limits.MaxSlotsVerified = 0);
        Send(Jobs(), 1);
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public void Queue_without_a_place_for_a_newcomer_is_unhealthy()
    {
        TestHost host = WithCheck(configure: options => options.MaxParticipants = 1);
        HealthReportEntry entry = Check(host);
        entry.Status.ShouldBe(HealthStatus.Unhealthy);
        entry.Exception.ShouldBeOfType<ShmQueueLimitException>();
    }

    [Fact]
    public void Check_has_the_name_the_tags_and_the_failure_that_it_was_given()
    {
        TestHost host = WithJobs();
        host.Services.AddKeyedShmQueue<JobQueue>("other", Name + "-other", Here);
        host.Services.AddHealthChecks().AddShmQueue<JobQueue>()
            .AddKeyedShmQueue<JobQueue>("other", name: "mine", failureStatus: HealthStatus.Degraded, tags: ["queue"]);
        host.Start();
        Jobs(Name + "-other").Delete();
        HealthReport report = Report(host);
        report.Entries[$"shmqueue:{Name}"].Status.ShouldBe(HealthStatus.Healthy);
        report.Entries["mine"].Status.ShouldBe(HealthStatus.Degraded);
        report.Entries["mine"].Tags.ShouldBe(["queue"]);
    }

    [Fact]
    public void Each_check_of_a_queue_has_thresholds_of_its_own()
    {
        TestHost host = WithJobs();
        host.Services.AddHealthChecks().AddShmQueue<JobQueue>(limits => limits.MaxDepth = 1, name: "early")
            .AddShmQueue<JobQueue>(limits => limits.MaxDepth = 10, name: "late");
        host.Start();
        Send(Jobs(), 5);
        HealthReport report = Report(host);
        report.Entries["early"].Status.ShouldBe(HealthStatus.Degraded);
        report.Entries["late"].Status.ShouldBe(HealthStatus.Healthy, report.Entries["late"].Description);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Handler_that_failed_in_a_host_that_goes_on_is_unhealthy(bool ends)
    {
        TestHost host = WithJobs();
        host.Services.Configure<HostOptions>(options =>
            options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        TaskCompletionSource go = new();
        host.Received.Then = (numbers, _) => numbers[0] == 0 ? go.Task : throw new InvalidDataException("A job that cannot be done.");
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 2).AddHealthChecks()
            .AddShmQueue<JobQueue>();
        host.Services.AddKeyedShmQueue<JobQueue>("other", Name + "-other", Here).AddHealthChecks().AddKeyedShmQueue<JobQueue>("other");
        host.Start();
        Report(host).Status.ShouldBe(HealthStatus.Healthy);
        Send(Jobs(), 2);
        if (ends) go.SetResult();
        try
        {
            // While another call is in progress too: nothing more is taken from the failure on.
            Worker.WaitUntil(() => Report(host).Status == HealthStatus.Unhealthy, "the check says so");
            HealthReport report = Report(host);
            HealthReportEntry entry = report.Entries[$"shmqueue:{Name}"];
            entry.Description.ShouldNotBeNull().ShouldStartWith($"JobHandler failed and stopped taking from the queue '{Name}'.");
            entry.Description.ShouldContain("A job that cannot be done.");
            entry.Exception.ShouldBeOfType<ShmQueueHandlerException>();
            report.Entries[$"shmqueue:{Name}-other"].Status.ShouldBe(HealthStatus.Healthy);
        }
        finally
        {
            go.TrySetResult();
        }

        host.IsStopping.ShouldBeFalse();
    }

    [Fact]
    public void Look_at_a_queue_that_outlives_a_power_failure_does_not_wait_for_the_disk()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<NotedQueue>(Name, options =>
        {
            Here(options);
            options.Durability = Durability.AtRest;
        }).AddHealthChecks().AddShmQueue<NotedQueue>();
        host.Start();
        Check(host).Status.ShouldBe(HealthStatus.Healthy);
        NotedQueue.Opened(Name).ShouldBe([Durability.AtRest, Durability.Cached],
            "the host's own handle, then the check's, whose end would sync the disk");
    }

    [Fact]
    public void Queue_under_load_of_two_processes_is_healthy_at_every_look()
    {
        const int Looks = 500;
        TestHost host = WithCheck();
        JobQueue jobs = Jobs();
        using Processes.WorkerProcess worker = new(Folder.Location, Name, Folder.PathOf("ledger.txt"), "1000000000");
        worker.WaitUntilReady();
        bool enough = false;
        long sent = 0;
        Worker sender = Worker.Start(() =>
        {
            while (!Volatile.Read(ref enough)) jobs.Enqueue(new Job { Number = ++sent });
        });
        try
        {
            Worker.WaitUntil(() => jobs.GetStatistics().Dequeued > 2 * jobs.Capacity, "some load");
            for (int i = 0; i < Looks; i++)
            {
                HealthReportEntry entry = Check(host);
                entry.Status.ShouldBe(HealthStatus.Healthy, entry.Description);
            }
        }
        finally
        {
            Volatile.Write(ref enough, true);
        }

        sender.Join();
    }

    private TestHost WithCheck(Action<ShmQueueHealthOptions>? limits = null, Action<ShmQueueServiceOptions>? configure = null)
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<JobQueue>(Name, options =>
        {
            Here(options);
            configure?.Invoke(options);
        });
        host.Services.AddHealthChecks().AddShmQueue<JobQueue>(limits);
        return host.Start();
    }

    private static HealthReportEntry Check(TestHost host) => Report(host).Entries.Values.ShouldHaveSingleItem();

    private static HealthReport Report(TestHost host)
    {
        Task<HealthReport> check = host.Provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        check.Ended();
        return check.Result;
    }
}
