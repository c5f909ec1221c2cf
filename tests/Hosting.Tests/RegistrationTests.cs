namespace TypedShmQueue.Hosting.Tests;

/// <summary>Queues as services: singletons, by type or by key, opened when the host starts and closed with it.</summary>
public sealed class RegistrationTests : HostingTests
{
    [Fact]
    public void Queue_is_a_singleton_that_is_open_when_the_host_has_started_and_closed_with_it()
    {
        TestHost host = WithJobs().Start();
        Folder.Content.ShouldBe([Name]);
        JobQueue queue = host.Provider.GetRequiredService<JobQueue>();
        queue.ShouldBeSameAs(host.Provider.GetRequiredService<JobQueue>());
        queue.Name.ShouldBe(Name);
        host.Logs.Of(1).ShouldHaveSingleItem().ShouldBe($"The queue '{Name}' is open; it holds 0 of 64 messages.");
        host.Stop();
        host.Dispose();
        Should.Throw<ObjectDisposedException>(() => queue.Count);
    }

    [Fact]
    public void Queues_of_one_type_are_told_apart_by_their_keys()
    {
        TestHost host = WithJobs();
        host.Services.AddKeyedShmQueue<JobQueue>("other", Name + "-other", Here);
        host.Start();
        host.Provider.GetRequiredService<JobQueue>().Name.ShouldBe(Name);
        host.Provider.GetRequiredKeyedService<JobQueue>("other").Name.ShouldBe(Name + "-other");
    }

    [Fact]
    public void Configuration_is_read_and_the_callback_has_the_last_word()
    {
        TestHost host = Folder.Track(new TestHost(
            ("ShmQueues:jobs:Name", Name), ("ShmQueues:jobs:Directory", "/nowhere"), ("ShmQueues:jobs:Capacity", "16"),
                ("ShmQueues:jobs:Opening", "Create"),
            ("ShmQueues:jobs:Permissions", "UserRead, UserWrite, GroupRead")));
        host.Services.AddShmQueue<JobQueue>("jobs", Here);
        host.Start();
        JobQueue queue = host.Provider.GetRequiredService<JobQueue>();
        queue.Name.ShouldBe(Name);
        queue.Capacity.ShouldBe(16);
        File.GetUnixFileMode(Folder.PathOf(Name)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
    }

    [Fact]
    public void Queue_that_is_registered_twice_is_refused()
    {
        TestHost host = WithJobs();
        Should.Throw<InvalidOperationException>(() =>
            host.Services.AddShmQueue<JobQueue>("another")).Message.ShouldContain("AddKeyedShmQueue");
        Should.Throw<InvalidOperationException>(() => host.Services.AddShmQueue<ChoreQueue>(Name)).Message.ShouldContain(Name);
        host.Services.AddKeyedShmQueue<JobQueue>("key", "another");
        Should.Throw<InvalidOperationException>(() =>
            host.Services.AddKeyedShmQueue<JobQueue>("key", "a third")).Message.ShouldContain("'key'");
    }

    [Fact]
    public void Handler_or_check_of_a_queue_that_is_not_registered_is_refused()
    {
        TestHost host = WithJobs();
        Should.Throw<InvalidOperationException>(() =>
            host.Services.AddShmQueueHandler<ChoreQueue, Chore, ChoreHandler>()).Message.ShouldContain("AddShmQueue<ChoreQueue>");
        Should.Throw<InvalidOperationException>(() =>
            host.Services.AddKeyedShmQueueHandler<JobQueue, Job, JobHandler>("key")).Message.ShouldContain("AddKeyedShmQueue<JobQueue>");
        Should.Throw<InvalidOperationException>(() =>
            host.Services.AddHealthChecks().AddShmQueue<ChoreQueue>()).Message.ShouldContain("AddShmQueue<ChoreQueue>");
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>();
        Should.Throw<InvalidOperationException>(() =>
            host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>()).Message.ShouldContain("Parallelism");
    }

    [Fact]
    public void Queues_whose_names_differ_in_case_would_share_a_section_and_are_refused()
    {
        TestHost host = WithJobs();
        string other = Name.ToUpperInvariant();
        string error = Should.Throw<InvalidOperationException>(() => host.Services.AddShmQueue<ChoreQueue>(other)).Message;
        error.ShouldContain($"'{other}' differs from it only in case");
        error.ShouldContain("ShmQueueServiceOptions.Name");
    }

    [Fact]
    public void Handlers_of_one_short_name_are_told_apart()
    {
        TestHost host = WithJobs(($"ShmQueueHandlers:{Name}:Audit:OnError", "Skip"), ($"ShmQueueHandlers:{Name}:Audit:Parallelism", "2"),
            ($"ShmQueueHandlers:{Name}:TypedShmQueue.Hosting.Tests.RegistrationTests.Nightly.Audit:Parallelism", "3"),
            ($"ShmQueueHandlers:{Name}:Twice<Job>:Parallelism", "4"));
        host.Services.AddShmQueueHandler<JobQueue, Job, Daily.Audit>();
        host.Services.AddShmQueueHandler<JobQueue, Job, Nightly.Audit>();
        host.Services.AddShmQueueHandler<JobQueue, Job, Twice<Job>>();
        host.Services.AddShmQueueHandler<JobQueue, Job, Twice<int>>();
        Should.Throw<InvalidOperationException>(() =>
            host.Services.AddShmQueueHandler<JobQueue, Job, Nightly.Audit>()).Message.ShouldContain("RegistrationTests.Nightly.Audit "
            + "already handles");
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(2).Count == 4, "all have started");
        host.Logs.Of(2).Order(StringComparer.Ordinal).ShouldBe(
        [
            $"Twice<Int32> takes from the queue '{Name}', with up to 1 calls at the same time.",
            $"Twice<Job> takes from the queue '{Name}', with up to 4 calls at the same time.",
            $"TypedShmQueue.Hosting.Tests.RegistrationTests.Daily.Audit takes from the queue '{Name}', with up to 2 calls at the same "
                + $"time.",
            $"TypedShmQueue.Hosting.Tests.RegistrationTests.Nightly.Audit takes from the queue '{Name}', with up to 3 calls at the same "
                + $"time.",
        ]);
        host.Logs.Of(9).ShouldBeEmpty();
    }

    [Fact]
    public void Queue_that_cannot_be_had_keeps_the_host_from_starting()
    {
        TestHost open = Folder.Track(new TestHost());
        open.Services.AddShmQueue<JobQueue>(Name, options =>
        {
            Here(options);
            options.Opening = ShmQueueOpening.Open;
        });
        Should.Throw<ShmQueueNotFoundException>(open.Start);

        Folder.Track(ChoreQueue.Create(Name, Folder.Options));
        Should.Throw<ShmQueueSchemaMismatchException>(() => WithJobs().Start());

        TestHost create = Folder.Track(new TestHost());
        create.Services.AddShmQueue<ChoreQueue>(Name, options =>
        {
            Here(options);
            options.Opening = ShmQueueOpening.Create;
        });
        Should.Throw<ShmQueueExistsException>(create.Start);
    }

    private static class Daily
    {
        internal sealed class Audit : Quiet;
    }

    private static class Nightly
    {
        internal sealed class Audit : Quiet;
    }

    private sealed class Twice<TOther> : Quiet
    {
        public TOther? Other { get; set; }
    }

    private class Quiet : IShmQueueHandler<Job>
    {
        public ValueTask HandleAsync(Job message, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
