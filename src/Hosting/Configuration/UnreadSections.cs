using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TypedShmQueue.Hosting.Logging;

namespace TypedShmQueue.Hosting.Configuration;

/// <summary>A section of the configuration that options are read from.</summary>
internal sealed record ReadSection(string Path);

/// <summary>
/// Warns at the start of sections that nothing reads: a queue's or a handler's name is misspelt there, and what was set has no effect. No
/// error, since hosts may share a configuration.
/// </summary>
internal sealed class UnreadSections(IEnumerable<ReadSection> read, ILogger<UnreadSections> logger,
    IConfiguration? configuration = null) : IHostedLifecycleService
{
    public const string Queues = "ShmQueues", Handlers = "ShmQueueHandlers", Health = "ShmQueueHealth";

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (configuration == null) return Task.CompletedTask;
        HashSet<string> known = new(read.Select(static section => section.Path), StringComparer.OrdinalIgnoreCase);
        IEnumerable<IConfigurationSection> found =
        [
            .. configuration.GetSection(Queues).GetChildren(),
            .. configuration.GetSection(Health).GetChildren(),
            .. configuration.GetSection(Handlers).GetChildren().SelectMany(static queue => queue.GetChildren()),
        ];
        foreach (IConfigurationSection section in found.Where(section => !known.Contains(section.Path))) logger.SectionUnread(section.Path);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
