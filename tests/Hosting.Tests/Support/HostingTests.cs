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

    private protected void Here(ShmQueueServiceOptions options) => options.Directory = Folder.Location;

    private protected static void Send(JobQueue jobs, int count, int first = 0)
    {
        for (int i = 0; i < count; i++) jobs.Enqueue(new Job { Number = first + i });
    }
}
