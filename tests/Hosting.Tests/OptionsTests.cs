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
    [InlineData("Durability", "7", "must be Cached or AtRest")]
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
    public void Option_of_a_queue(string option, string value, string sentence)
    {
        // Should the option pass, the queue that it makes is gone with the test's folder.
        TestHost host = Folder.Track(new TestHost(("ShmQueues:jobs:Directory", Folder.Location), ("ShmQueues:jobs:" + option, value)));
        host.Services.AddShmQueue<JobQueue>("jobs");
        Refused(host, sentence);
    }

    [Theory]
    [InlineData("Parallelism", "0", "Parallelism is 0; it must be from 1 to 1024")]
    [InlineData("Parallelism", "1025", "Parallelism is 1025")]
    [InlineData("MaxBatchSize", "0", "MaxBatchSize is 0; it must be from 1 to 65536")]
    [InlineData("MaxBatchSize", "65537", "MaxBatchSize is 65537")]
    [InlineData("OnError", "5", "OnError is 5; it must be Stop, Skip or DeadLetter")]
    [InlineData("OnError", "DeadLetter", "DeadLetterQueue is not set")]
    [InlineData("DeadLetterQueue", "dead", "OnError is Stop, so nothing would be sent there")]
    [InlineData("DeadLetterQueue", "a b", "'a b', which is not a valid queue name")]
    [InlineData("StopTimeout", "-00:00:01", "StopTimeout is -00:00:01")]
    [InlineData("StopTimeout", "soon", "StopTimeout")]
    [InlineData("StopTimeout", "20", "'StopTimeout' is '20', which has no unit")]
    [InlineData("Paralelism", "2", "'Paralelism'")]
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
    public void Option_of_a_subscription(string option, string value, string sentence)
    {
        TestHost host = Folder.Track(new TestHost(($"ShmQueueHandlers:{Name}:TickHandler:{option}", value)));
        host.Services.AddShmQueue<TickQueue>(Name, Here).AddShmSubscriptionHandler<TickQueue, Tick, TickHandler>();
        Refused(host, sentence);
    }

    [Theory]
    [InlineData("MaxDepth", "-1", "MaxDepth is -1; it must be 0 or more")]
    [InlineData("MaxLag", "-1", "MaxLag is -1; it must be 0 or more")]
    [InlineData("MaxSlotsVerified", "-1", "MaxSlotsVerified is -1; it must be 0 or more")]
    [InlineData("MaxLag", "5", "JobQueue is not a broadcast queue")]
    [InlineData("MaxDeadParticipants", "-1", "MaxDeadParticipants is -1; it must be 0 or more")]
    [InlineData("Depth", "5", "'Depth'")]
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
