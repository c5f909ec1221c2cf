using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting.Tests;

/// <summary>Every option out of its range, from the configuration: the host does not start, and says why.</summary>
public sealed class OptionsTests : HostingTests
{
    [Theory]
    [InlineData("Name", "a b", "'a b' is no name")]
    [InlineData("Capacity", "3", "power of two")]
    [InlineData("MaxParticipants", "0", "from 1 to 4096")]
    [InlineData("MaxSubscriptions", "5000", "from 1 to 4096")]
    [InlineData("Durability", "7", "must be Cached, AtRest or Committed")]
    [InlineData("Retention", "00:01:00", "Retention is 00:01:00, but JobQueue is not a broadcast queue")]
    [InlineData("Retention", "60", "'Retention' is '60', which has no unit")]
    [InlineData("Wait", "7", "Adaptive, Spin or Park")]
    [InlineData("Permissions", "GroupRead", "owner read and write")]
    [InlineData("Permissions", "440", "It is GroupRead, UserRead")]
    [InlineData("Permissions", "0o640", "Permissions")]
    [InlineData("Permissions", "689", "'689', which is not an octal number")]
    [InlineData("Permissions", "66666666666666666666", "which is not an octal number")]
    [InlineData("Directory", "", "path of a folder")]
    [InlineData("Opening", "9", "OpenOrCreate, Open or Create")]
    [InlineData("Capacity", "many", "ShmQueues:jobs:Capacity")]
    [InlineData("Capactiy", "16", "'Capactiy'")]
    [InlineData("DeadLetter", "dead", "DeadLetter is 'dead', but JobQueue has no leases")]
    [InlineData("MaxDeliveries", "5", "MaxDeliveries is 5, but JobQueue has no leases")]
    [InlineData("LeaseTimeout", "00:01:00", "LeaseTimeout is 00:01:00, but JobQueue has no leases")]
    [InlineData("MaxLeases", "0", "MaxLeases must be from 1")]
    [InlineData("MaxGroups", "65", "MaxGroups must be from 0 to 64")]
    [InlineData("CommitWithin", "00:00:01", "CommitWithin must be from a millisecond")]
    [InlineData("CommitWithin", "5", "'CommitWithin' is '5', which has no unit")]
    [InlineData("Visibility", "7", "must be AtOnce or Committed")]
    [InlineData("Prefault", "maybe", "Prefault")]
    public void Option_of_a_queue(string option, string value, string sentence)
    {
        // Should the option pass, the queue that it makes is gone with the test's folder.
        TestHost host = Folder.Track(new TestHost(("ShmQueues:jobs:Directory", Folder.Location), ("ShmQueues:jobs:" + option, value)));
        host.Services.AddShmQueue<JobQueue>("jobs");
        Refused(host, sentence);
    }

    /// <summary>What code can set, a deployment can.</summary>
    [Fact]
    public void Every_option_of_a_queue_can_be_configured()
    {
        ShmQueueServiceOptions options = new()
        {
            Durability = Durability.Committed, CommitWithin = TimeSpan.FromSeconds(1), Visibility = Visibility.Committed, Prefault = true,
        };
        ShmQueueOptions made = options.ToQueueOptions();
        foreach (PropertyInfo property in typeof(ShmQueueOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            PropertyInfo? own = typeof(ShmQueueServiceOptions).GetProperty(property.Name);
            own.ShouldNotBeNull(property.Name);
            property.GetValue(made).ShouldBe(own.GetValue(options), property.Name);
        }
    }

    [Theory]
    [InlineData("Parallelism", "0", "Parallelism is 0; it must be from 1 to 1024")]
    [InlineData("Parallelism", "1025", "Parallelism is 1025")]
    [InlineData("MaxBatchSize", "0", "MaxBatchSize is 0; it must be from 1 to 65536")]
    [InlineData("MaxBatchSize", "65537", "MaxBatchSize is 65537")]
    [InlineData("OnError", "5", "OnError is 5; it must be Stop, Skip, DeadLetter or Retry")]
    [InlineData("OnError", "DeadLetter", "DeadLetterQueue is not set")]
    [InlineData("DeadLetterQueue", "dead", "OnError is Stop, so nothing would be sent there")]
    [InlineData("DeadLetterQueue", "a b", "'a b', which is not a valid queue name")]
    [InlineData("StopTimeout", "-00:00:01", "StopTimeout is -00:00:01")]
    [InlineData("StopTimeout", "soon", "StopTimeout")]
    [InlineData("StopTimeout", "20", "'StopTimeout' is '20', which has no unit")]
    [InlineData("Paralelism", "2", "'Paralelism'")]
    [InlineData("OnError", "Retry", "OnError is Retry, but JobQueue has no leases: a message has left the queue when its handler begins")]
    [InlineData("RetryDelay", "00:00:01", "'RetryDelay'")]
    public void Option_of_a_handler(string option, string value, string sentence)
    {
        TestHost host = WithJobs(($"ShmQueueHandlers:{Name}:JobHandler:{option}", value));
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>();
        Refused(host, sentence);
    }

    [Theory]
    [InlineData("Subscription", "a b", "'a b', which is not a valid subscription name")]
    [InlineData("HoldWhenAbsent", "-00:00:05", "HoldWhenAbsent is -00:00:05")]
    [InlineData("HoldWhenAbsent", "00:00:05", "only a named subscription")]
    [InlineData("HoldWhenAbsent", "5", "'HoldWhenAbsent' is '5', which has no unit")]
    [InlineData("StopTimeout", "2.5", "'StopTimeout' is '2.5', which has no unit")]
    [InlineData("From", "Latest", "'From'")]
    [InlineData("OnError", "Retry", "a subscription has no leases")]
    [InlineData("Group", "billing", "'Group'")]
    public void Option_of_a_subscription(string option, string value, string sentence)
    {
        TestHost host = Folder.Track(new TestHost(($"ShmQueueHandlers:{Name}:TickHandler:{option}", value)));
        host.Services.AddShmQueue<TickQueue>(Name, Here).AddShmSubscriptionHandler<TickQueue, Tick, TickHandler>();
        Refused(host, sentence);
    }

    [Theory]
    [InlineData("MaxDeliveries", "4001", "MaxDeliveries must be from 1 to 4000")]
    [InlineData("MaxDeliveries", "5", "but DeadLetter is null")]
    [InlineData("DeadLetter", "a b", "'a b', which is not a valid queue name")]
    [InlineData("DeadLetter", "duties", "DeadLetter is 'duties', the queue itself")]
    [InlineData("LeaseTimeout", "00:00:00", "at least a millisecond")]
    [InlineData("LeaseTimeout", "30", "'LeaseTimeout' is '30', which has no unit")]
    public void Option_of_a_queue_with_acknowledged_delivery(string option, string value, string sentence)
    {
        TestHost host = Folder.Track(new TestHost(("ShmQueues:duties:Directory", Folder.Location), ("ShmQueues:duties:" + option, value)));
        host.Services.AddShmQueue<DutyQueue>("duties");
        Refused(host, sentence);
    }

    [Theory]
    [InlineData("OnError", "DeadLetter", "has no dead-letter queue. Set its DeadLetter")]
    [InlineData("RetryLimit", "3", "RetryLimit is 3, but the queue")]
    [InlineData("RetryLimit", "-1", "RetryLimit is -1; it must be from 0 to 4000")]
    [InlineData("RetryDelay", "-00:00:01", "RetryDelay is -00:00:01")]
    [InlineData("RetryDelay", "5", "'RetryDelay' is '5', which has no unit")]
    [InlineData("MaxRetryDelay", "00:00:00.5", "MaxRetryDelay is 00:00:00.5000000; it must be from RetryDelay (00:00:01)")]
    [InlineData("MaxRetryDelay", "5", "'MaxRetryDelay' is '5', which has no unit")]
    [InlineData("DeadLetterQueue", "dead", "with leases the queue itself sends messages to its dead-letter queue")]
    [InlineData("OnError", "9", "OnError is 9; it must be Stop, Skip, DeadLetter or Retry")]
    public void Option_of_a_handler_with_leases(string option, string value, string sentence)
    {
        TestHost host = WithDuties(null, ($"ShmQueueHandlers:{Name}:DutyHandler:{option}", value));
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>();
        Refused(host, sentence);
    }

    [Fact]
    public void Limit_of_retries_without_retries_is_refused()
    {
        TestHost host = WithDuties(options => options.DeadLetter = "dead");
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>(options =>
            (options.OnError, options.RetryLimit) = (ShmQueueErrorPolicy.Skip, 3));
        Refused(host, "RetryLimit is 3, but OnError is Skip, so nothing is tried again");
    }

    [Theory]
    [InlineData(null, "Group is not set")]
    [InlineData("a b", "'a b', which is not a valid group name")]
    public void Option_of_a_group(string? group, string sentence)
    {
        TestHost host = Folder.Track(new TestHost(($"ShmQueueHandlers:{Name}:TickHandler:Group", group)));
        host.Services.AddShmQueue<TickQueue>(Name, Here).AddShmGroupHandler<TickQueue, Tick, TickHandler>();
        Refused(host, sentence);
    }

    [Fact]
    public void Options_of_leases_come_from_the_configuration()
    {
        TestHost host = Folder.Track(new TestHost(("ShmQueues:duties:MaxDeliveries", "7"), ("ShmQueues:duties:DeadLetter", "dead"),
            ("ShmQueues:duties:LeaseTimeout", "00:05:00"), ("ShmQueues:duties:MaxLeases", "99"), ("ShmQueues:duties:MaxGroups", "9"),
            ("ShmQueueHandlers:duties:DutyHandler:RetryDelay", "00:00:03"), ("ShmQueueHandlers:duties:DutyHandler:RetryLimit", "5"),
            ("ShmQueueHandlers:duties:DutyHandler:MaxRetryDelay", "00:01:00")));
        host.Services.AddShmQueue<DutyQueue>("duties", Here).AddShmQueueHandler<DutyQueue, Duty, DutyHandler>();
        host.Start();
        ShmQueueOptions queue = host.Provider.GetRequiredService<IOptionsMonitor<ShmQueueServiceOptions>>().Get("duties").ToQueueOptions();
        (queue.MaxDeliveries, queue.DeadLetter, queue.LeaseTimeout, queue.MaxLeases, queue.MaxGroups)
            .ShouldBe((7, "dead", TimeSpan.FromMinutes(5), 99, 9));
        ShmLeaseHandlerOptions handler = host.Provider.GetRequiredService<IOptionsMonitor<ShmLeaseHandlerOptions>>()
            .Get($"duties:{typeof(DutyHandler).FullName}");
        (handler.OnError, handler.RetryDelay, handler.MaxRetryDelay, handler.RetryLimit)
            .ShouldBe((ShmQueueErrorPolicy.Retry, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1), 5));
    }

    [Theory]
    [InlineData("MaxDepth", "-1", "MaxDepth is -1; it must be 0 or more")]
    [InlineData("MaxLag", "-1", "MaxLag is -1; it must be 0 or more")]
    [InlineData("MaxSlotsVerified", "-1", "MaxSlotsVerified is -1; it must be 0 or more")]
    [InlineData("MaxLag", "5", "JobQueue is not a broadcast queue")]
    [InlineData("MaxDeadParticipants", "-1", "MaxDeadParticipants is -1; it must be 0 or more")]
    [InlineData("Depth", "5", "'Depth'")]
    [InlineData("MaxLeased", "5", "MaxLeased is set, but JobQueue has no leases")]
    [InlineData("MaxLeaseAge", "00:05:00", "MaxLeaseAge is set, but JobQueue has no leases")]
    [InlineData("MaxLeaseAge", "5", "'MaxLeaseAge' is '5', which has no unit")]
    [InlineData("MaxLeaseAge", "00:00:00", "MaxLeaseAge is 00:00:00; it must be more than zero")]
    [InlineData("MaxLeased", "-1", "MaxLeased is -1; it must be 0 or more")]
    [InlineData("MaxDeadLetters", "-1", "MaxDeadLetters is -1; it must be 0 or more")]
    public void Option_of_a_health_check(string option, string value, string sentence)
    {
        TestHost host = WithJobs(($"ShmQueueHealth:{Name}:{option}", value));
        host.Services.AddHealthChecks().AddShmQueue<JobQueue>();
        Refused(host, sentence);
    }

    [Fact]
    public void Retention_of_a_broadcast_queue_out_of_its_range()
    {
        TestHost host = Folder.Track(new TestHost(("ShmQueues:ticks:Retention", "00:00:00")));
        host.Services.AddShmQueue<TickQueue>("ticks", Here);
        Refused(host, "at least a millisecond");
    }

    [Theory]
    [InlineData("640", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)]
    [InlineData("0660", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    public void Permissions_that_are_a_number_are_octal_as_everywhere(string written, UnixFileMode meant)
    {
        TestHost host = WithJobs(($"ShmQueues:{Name}:Permissions", written)).Start();
        host.Provider.GetRequiredService<IOptionsMonitor<ShmQueueServiceOptions>>().Get(Name).Permissions.ShouldBe(meant);
        File.GetUnixFileMode(Folder.PathOf(Name)).ShouldBe(meant);
    }

    [Fact]
    public void Options_of_a_handler_come_from_the_configuration_and_the_callback_has_the_last_word()
    {
        TestHost host = WithJobs(($"ShmQueueHandlers:{Name}:JobHandler:Parallelism", "7"),
            ($"ShmQueueHandlers:{Name}:JobHandler:OnError", "Skip"));
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 3);
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(2).Count == 1, "the service has started");
        host.Logs.Of(2)[0].ShouldEndWith("with up to 3 calls at the same time.");
        ShmQueueHandlerOptions options = host.Provider.GetRequiredService<IOptionsMonitor<ShmQueueHandlerOptions>>()
            .Get($"{Name}:{typeof(JobHandler).FullName}");
        options.OnError.ShouldBe(ShmQueueErrorPolicy.Skip);
        options.StopTimeout.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Dead_letter_queue_that_is_the_queue_itself_is_refused()
    {
        TestHost host = WithJobs();
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options =>
            (options.OnError, options.DeadLetterQueue) = (ShmQueueErrorPolicy.DeadLetter, Name));
        Refused(host, $"DeadLetterQueue is '{Name}', the queue that it handles");
    }

    [Fact]
    public void Sections_that_nothing_reads_are_warned_of()
    {
        string other = Name.ToUpperInvariant();
        TestHost host = WithJobs(
            ($"ShmQueues:{other}:Capacity", "16"), ("ShmQueues:jops:Capacity", "16"),
                ($"ShmQueueHandlers:{other}:JobHandler:Parallelism", "2"),
            ($"ShmQueueHandlers:{other}:JobHandlr:Parallelism", "2"), ($"ShmQueueHealth:{Name}:MaxDepth", "5"),
                ("ShmQueueHealth:jops:MaxDepth", "5"));
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>().AddHealthChecks().AddShmQueue<JobQueue>();
        host.Start();
        host.Logs.Of(9).Select(static warning => warning.Split('\'')[1])
            .ShouldBe(["ShmQueues:jops", "ShmQueueHealth:jops", $"ShmQueueHandlers:{other}:JobHandlr"]);
    }

    [Fact]
    public void Options_are_those_of_the_start()
    {
        TestHost host = WithJobs(($"ShmQueueHealth:{Name}:MaxDepth", "0"));
        host.Services.AddHealthChecks().AddShmQueue<JobQueue>();
        Send(Jobs(), 1);
        host.Start();
        HealthCheckService health = host.Provider.GetRequiredService<HealthCheckService>();
        health.CheckHealthAsync().Ended().Status.ShouldBe(HealthStatus.Degraded);
        IConfigurationRoot configuration = (IConfigurationRoot)host.Provider.GetRequiredService<IConfiguration>();
        (configuration[$"ShmQueueHealth:{Name}:MaxDepth"], configuration[$"ShmQueues:{Name}:Capacity"]) = ("5", "nonsense");
        configuration.Reload();
        health.CheckHealthAsync().Ended().Entries.Single().Value.Description.ShouldBe($"The queue '{Name}': "
            + $"it holds 1 message, more than 0.");
    }

    private static void Refused(TestHost host, string sentence)
    {
        OptionsValidationException error = Should.Throw<OptionsValidationException>(host.Start);
        error.Failures.ShouldContain(failure => failure.Contains(sentence, StringComparison.Ordinal), error.Message);
        error.Failures.ShouldAllBe(failure => failure.EndsWith('.'));
    }
}
