namespace TypedShmQueue.Hosting.Tests.Support;

/// <summary>The base of tests with hosts in this process: a folder of its own, and a name.</summary>
public abstract class HostingTests : IDisposable
{
    protected QueueFolder Folder { get; } = new();

    protected string Name { get; } = ShmQueueName.NewUnique();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A host with a queue of jobs; the caller adds the rest and starts it.</summary>
    private protected TestHost WithJobs(params (string Key, string? Value)[] configuration)
    {
        TestHost host = Folder.Track(new TestHost(configuration));
        host.Services.AddShmQueue<JobQueue>(Name, Here);
        return host;
    }

    /// <summary>The same queue, from outside of the host.</summary>
    private protected JobQueue Jobs(string? name = null) => Folder.Track(JobQueue.OpenOrCreate(name ?? Name, Folder.Options));

    /// <summary>A host with a queue of duties, which are done at least once; the caller adds the rest and starts it.</summary>
    private protected TestHost WithDuties(Action<ShmQueueServiceOptions>? configure = null,
        params (string Key, string? Value)[] configuration)
    {
        TestHost host = Folder.Track(new TestHost(configuration));
        host.Services.AddShmQueue<DutyQueue>(Name, options =>
        {
            Here(options);
            configure?.Invoke(options);
        });
        return host;
    }

    /// <summary>The same queue, or another, from outside of the host.</summary>
    private protected DutyQueue Duties(string? name = null) => Folder.Track(DutyQueue.OpenOrCreate(name ?? Name, Folder.Options));

    private protected void Here(ShmQueueServiceOptions options) => options.Directory = Folder.Location;

    private protected static void Send(JobQueue jobs, int count, int first = 0)
    {
        for (int i = 0; i < count; i++) jobs.Enqueue(new Job { Number = first + i });
    }

    private protected static void Send(DutyQueue duties, int count, int first = 0)
    {
        for (int i = 0; i < count; i++) duties.Enqueue(new Duty { Number = first + i });
    }

    /// <summary>Takes and acknowledges everything that is there now.</summary>
    private protected static IReadOnlyList<long> TakeAll(DutyQueue duties)
    {
        List<long> all = [];
        while (duties.TryTake(out DutyLease lease))
        {
            all.Add(lease.Value.Number);
            lease.Acknowledge();
        }

        return all;
    }
}
