namespace TypedShmQueue.Hosting.Tests;

/// <summary>What a handler throws is met by its policy, and nothing beyond it is lost.</summary>
public sealed class PolicyTests : HostingTests
{
    private string Dead => Name + ".dead";

    [Fact]
    public void Stop_drops_the_message_in_hand_takes_no_more_and_stops_the_host()
    {
        TestHost host = Failing(on: 3, ShmQueueErrorPolicy.Stop);
        JobQueue jobs = Jobs();
        Send(jobs, 10);
        host.Start();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Stop();
        host.Received.All.ShouldBe([0, 1, 2, 3]);
        jobs.Count.ShouldBe(6);
        host.Logs.Of(6).ShouldHaveSingleItem()
            .ShouldBe($"JobHandler failed on 1 message(s) of the queue '{Name}'. They are dropped, and the handler stops.");
        host.Logs.Of(3).ShouldHaveSingleItem().ShouldContain("handled 3 messages and failed on 1");
    }

    [Fact]
    public void Stop_lets_the_other_lanes_finish_what_they_have()
    {
        TestHost host = WithJobs();
        TaskCompletionSource go = new();
        int finished = 0;
        host.Received.Then = async (numbers, _) =>
        {
            if (numbers[0] == 3)
            {
                Worker.WaitUntil(() => host.Received.InHand == 4, "four calls in hand");
                throw new InvalidDataException("A job that cannot be done.");
            }

            await go.Task;
            Interlocked.Increment(ref finished);
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 4);
        JobQueue jobs = Jobs();
        Send(jobs, 10);
        host.Start();
        Worker.WaitUntil(() => host.Logs.Of(6).Count == 1, "the policy is met");
        go.SetResult();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Stop();
        finished.ShouldBe(3);
        jobs.Count.ShouldBe(6);
    }

    [Fact]
    public void Skip_drops_the_message_and_goes_on()
    {
        TestHost host = Failing(on: 3, ShmQueueErrorPolicy.Skip);
        Send(Jobs(), 10);
        host.Start();
        host.Received.WaitFor(10);
        host.Stop();
        host.Received.All.ShouldBe(Enumerable.Range(0, 10).Select(i => (long)i));
        host.Logs.Of(5).ShouldHaveSingleItem();
        host.Logs.Entries.Single(e => e.Id.Id == 5 && e.Error is not null).Error.ShouldBeOfType<InvalidDataException>();
        host.Logs.Of(3).ShouldHaveSingleItem().ShouldContain("handled 9 messages and failed on 1");
    }

    [Fact]
    public void Dead_letter_sends_the_message_to_the_other_queue_and_goes_on()
    {
        TestHost host = Failing(on: 3, ShmQueueErrorPolicy.DeadLetter);
        Send(Jobs(), 10);
        host.Start();
        host.Received.WaitFor(10);
        host.Stop();
        host.IsStopping.ShouldBeTrue();
        JobQueue dead = Jobs(Dead);
        dead.Dequeue().Number.ShouldBe(3);
        dead.IsEmpty.ShouldBeTrue();
        host.Logs.Of(7).ShouldHaveSingleItem().ShouldContain(Dead);
    }

    [Fact]
    public void Batch_meets_the_policy_as_a_whole()
    {
        TestHost host = WithJobs();
        host.Received.Then = static (numbers, _) =>
            numbers.Contains(5) ? throw new InvalidDataException("A batch that cannot be done.") : Task.CompletedTask;
        host.Services.AddShmQueueHandler<JobQueue, Job, JobBatchHandler>(options =>
        {
            options.MaxBatchSize = 4;
            options.OnError = ShmQueueErrorPolicy.DeadLetter;
            options.DeadLetterQueue = Dead;
        });
        Send(Jobs(), 12);
        host.Start();
        host.Received.WaitFor(12);
        host.Stop();
        Job[] dead = new Job[12];
        Jobs(Dead).TryDequeue(dead).ShouldBe(4);
        dead[..4].Select(job => job.Number).ShouldBe([4, 5, 6, 7]);
    }

    [Fact]
    public void Full_dead_letter_queue_holds_the_handler_up_until_there_is_room()
    {
        TestHost host = WithJobs();
        host.Received.Then = static (_, _) => throw new InvalidDataException("Nothing can be done.");
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(DeadLetters);
        JobQueue dead = Folder.Track(JobQueue.Create(Dead, Folder.Options with { Capacity = 4 }));
        JobQueue jobs = Jobs();
        Send(jobs, 10);
        host.Start();
        Worker.WaitUntil(() => host.Received.All.Count == 5 && dead.Count == 4, "the dead-letter queue is full");
        jobs.Count.ShouldBe(5);
        for (int i = 0; i < 10; i++) dead.Dequeue().Number.ShouldBe(i);
        host.Stop();
        jobs.Count.ShouldBe(0);
    }

    [Fact]
    public void Dead_letter_queue_that_takes_nothing_is_told_and_stops_the_host()
    {
        TestHost host = WithJobs();
        host.Received.Then = static (_, _) => throw new InvalidDataException("Nothing can be done.");
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(DeadLetters);
        Jobs(Dead).Complete();
        JobQueue jobs = Jobs();
        Send(jobs, 10);
        host.Start();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Stop();
        jobs.Count.ShouldBe(9);
        host.Logs.Of(7).ShouldBeEmpty();
        host.Logs.Of(8).ShouldHaveSingleItem().ShouldContain("could not be sent");
    }

    [Fact]
    public void Dead_letter_that_its_serializer_refuses_is_reported_beside_what_the_handler_threw_and_the_others_are_sent()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<LetterQueue>(Name, Here).AddShmQueueHandler<LetterQueue, Letter, LetterBatchHandler>(DeadLetters);
        host.Received.Then = static (_, _) =>
        {
            LetterSerializer.IsRefusing = true;
            throw new InvalidDataException("Nothing can be done.");
        };
        using LetterQueue letters = LetterQueue.Create(Name, Folder.Options), dead = LetterQueue.Create(Dead, Folder.Options);
        foreach (long number in (long[])[0, LetterSerializer.Refused, 2, 3]) letters.Enqueue(new Letter(number, "text"));
        host.Start();
        Worker.WaitUntil(() => host.IsStopping, "the host stops");
        host.Stop();
        Letter[] sent = new Letter[4];
        sent[..dead.TryDequeue(sent)].Select(letter => letter.Number).ShouldBe([0, 2, 3]);
        host.Logs.Of(7).ShouldHaveSingleItem().ShouldContain("3 message(s)");
        host.Logs.Of(8).ShouldHaveSingleItem().ShouldContain("1 message(s)");
        AggregateException both = host.Logs.Entries.Single(e =>
            e.Id.Id == 8 && e.Error is not null).Error.ShouldBeOfType<AggregateException>();
        both.InnerExceptions.Select(error => error.Message).ShouldBe(["Nothing can be done.", "A letter that nobody can write."]);
        BackgroundService service = host.Provider.GetServices<IHostedService>().OfType<BackgroundService>().ShouldHaveSingleItem();
        service.ExecuteTask!.Exception!.InnerException.ShouldBeOfType<ShmQueueHandlerException>(
            ).InnerException.ShouldBeOfType<InvalidDataException>();
    }

    [Fact]
    public void Log_that_throws_does_not_hide_what_the_handler_threw()
    {
        TestHost host = Failing(on: 0, ShmQueueErrorPolicy.Skip);
        host.Logs.Before = static id => _ = id == 5 ? throw new IOException("The log is full.") : id;
        Send(Jobs(), 1);
        host.Start();
        BackgroundService service = host.Provider.GetServices<IHostedService>().OfType<BackgroundService>().ShouldHaveSingleItem();
        Worker.WaitUntil(() => service.ExecuteTask!.IsCompleted, "the service ends");
        Exception error = service.ExecuteTask!.Exception!.InnerException.ShouldBeOfType<ShmQueueHandlerException>();
        error.ToString().ShouldContain("The log is full.");
        error.ToString().ShouldContain("A job that cannot be done.");
    }

    [Fact]
    public void Handler_that_cannot_be_made_meets_the_policy_too()
    {
        TestHost host = WithJobs();
        host.Services.AddScoped<JobHandler>(_ => throw new InvalidOperationException("It cannot be made."));
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(DeadLetters);
        JobQueue dead = Jobs(Dead);
        Send(Jobs(), 3);
        host.Start();
        for (int i = 0; i < 3; i++) dead.Dequeue().Number.ShouldBe(i);
        host.Received.All.ShouldBeEmpty();
    }

    private TestHost Failing(long on, ShmQueueErrorPolicy policy)
    {
        TestHost host = WithJobs();
        host.Received.Then = (numbers, _) =>
            numbers.Contains(on) ? throw new InvalidDataException("A job that cannot be done.") : Task.CompletedTask;
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options =>
        {
            options.OnError = policy;
            if (policy == ShmQueueErrorPolicy.DeadLetter) options.DeadLetterQueue = Dead;
        });
        return host;
    }

    private void DeadLetters(ShmQueueHandlerOptions options)
    {
        options.OnError = ShmQueueErrorPolicy.DeadLetter;
        options.DeadLetterQueue = Dead;
    }
}
