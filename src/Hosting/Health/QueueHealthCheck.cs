using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TypedShmQueue.Hosting.Handling;
using TypedShmQueue.Hosting.Queues;

namespace TypedShmQueue.Hosting.Health;

/// <summary>
/// Checks a queue by the host's own handle, then checks its words read-only, and then opens and closes it as a new process would. A queue
/// that cannot be opened, is corrupt or was deleted has failed; one that works, but exceeds a threshold, is degraded.
/// </summary>
internal sealed class QueueHealthCheck<TQueue>(QueueRegistration registration, ShmQueueHealthOptions limits,
    IServiceProvider services) : IHealthCheck
    where TQueue : class, IShmQueue<TQueue>
{
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "Whatever keeps a queue from being looked at is what the check is to report.")]
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthStatus failure = context.Registration.FailureStatus;
        try
        {
            TQueue queue = registration.Queue<TQueue>(services);
            if (queue.IsDeleted)
            {
                return Task.FromResult(new HealthCheckResult(failure,
                    $"The queue '{queue.Name}' was deleted, or its file was removed (rm, logind's RemoveIPC, a cleaner of /dev/shm). "
                        + $"No other process can find the queue that this process has open. Restart this process."));
            }

            if (services.GetRequiredService<FailedHandlers>().Of(registration.Name) is { Count: > 0 } failed)
            {
                return Task.FromResult(new HealthCheckResult(failure,
                    $"{string.Join(" and ", failed.Select(static one => one.Handler))} failed and stopped taking from the queue "
                        + $"'{queue.Name}'. Fix the cause, and restart this process. {failed[0].Error.Message}", failed[0].Error));
            }

            // A look writes nothing that the disk would have to keep: without this, each check would wait for the disk.
            // And it takes nothing, so it needs no dead-letter queue, which opening would create.
            ShmQueueOptions options = registration.Options(services).ToQueueOptions() with
            {
                Durability = Durability.Cached, DeadLetter = null, MaxDeliveries = 0,
            };
            if (ShmQueueVerification.FindFaults(queue.Name, options, limits.MaxSlotsVerified) is { Count: > 0 } faults)
            {
                string directory = options.Directory is { } folder ? $" --directory {folder}" : "";
                return Task.FromResult(new HealthCheckResult(failure,
                    $"The queue '{queue.Name}' is corrupt: {string.Join("; ", faults)}. "
                        + $"Something other than the library wrote to its file. "
                        + $"Save what 'shmq dump {queue.Name}{directory}' still shows, then delete the queue and create it again."));
            }

            ShmQueueStatistics statistics = queue.GetStatistics();
            IReadOnlyList<ShmQueueParticipant> participants = statistics.Participants;
            // A newcomer may be given the entry of one who died, and then nobody would learn of that death.
            if (limits.MaxDeadParticipants is null || participants.All(static p => p.IsAlive))
                TQueue.Open(queue.Name, options).Dispose();
            return Task.FromResult(Judge(queue, statistics, DeadLetters(options, statistics.Groups)));
        }
        catch (Exception e)
        {
            return Task.FromResult(new HealthCheckResult(failure, e.Message, e));
        }
    }

    /// <summary>How many messages wait in each dead-letter queue; none if that is not asked.</summary>
    private (string Name, long Count)[] DeadLetters(ShmQueueOptions options, IReadOnlyList<ShmQueueGroup> groups)
    {
        if (limits.MaxDeadLetters is null || registration.Options(services).DeadLetter is not { } deadLetter) return [];
        // Each group of a broadcast queue has one of its own.
        return [.. groups.Select(group => group.Name is { } name ? $"{deadLetter}.{name}" : deadLetter)
            .Select(name => (name, Count(name)))];

        long Count(string name)
        {
            if (!TQueue.TryOpen(name, out TQueue? deadLetters, options)) return 0;
            using (deadLetters) return deadLetters.GetStatistics().Groups.Sum(static group => group.Waiting + group.Leased);
        }
    }

    private HealthCheckResult Judge(TQueue queue, ShmQueueStatistics statistics, (string Name, long Count)[] deadLetters)
    {
        IReadOnlyList<ShmQueueParticipant> participants = statistics.Participants;
        IReadOnlyList<ShmQueueGroup> groups = statistics.Groups;
        long depth = queue.Count;
        int gone = participants.Count(static p => !p.IsAlive);
        ShmQueueSubscription? last = (queue as IShmBroadcast)?.Subscriptions.MaxBy(static s => s.Lag);
        Dictionary<string, object> data = new(StringComparer.Ordinal)
        {
            ["depth"] = depth,
            ["capacity"] = queue.Capacity,
            ["participants"] = participants.Count - gone,
            ["deadParticipants"] = gone,
        };
        if (queue is IShmBroadcast) data["lag"] = last?.Lag ?? 0;

        if (QueueKind.HasLeases<TQueue>())
        {
            data["leased"] = groups.Sum(static g => g.Leased);
            data["oldestLease"] = groups.Max(static g => g.OldestLeaseAge) ?? TimeSpan.Zero;
            data["deadLettered"] = groups.Sum(static g => g.DeadLettered);
            if (limits.MaxDeadLetters is not null) data["deadLetters"] = deadLetters.Sum(static one => one.Count);
        }

        List<string> complaints = [];
        if (depth > limits.MaxDepth) complaints.Add($"it holds {depth} {Messages(depth)}, more than {limits.MaxDepth}");
        if (last?.Lag > limits.MaxLag)
            complaints.Add($"{Describe(last)} has {last.Lag} {Messages(last.Lag)} to take, more than {limits.MaxLag}");
        if (gone > limits.MaxDeadParticipants)
            complaints.Add($"{gone} of its participants have died, more than {limits.MaxDeadParticipants} (process "
                + $"{string.Join(", ", participants.Where(static p => !p.IsAlive).Select(static p => p.ProcessId))})");
        foreach (ShmQueueGroup group in groups) complaints.AddRange(Complaints(group));
        foreach ((string name, long count) in deadLetters.Where(one => one.Count > limits.MaxDeadLetters))
            complaints.Add($"its dead-letter queue '{name}' holds {count} {Messages(count)}, more than {limits.MaxDeadLetters}");
        return complaints.Count == 0
            ? HealthCheckResult.Healthy($"The queue '{queue.Name}' holds {depth} of {queue.Capacity} messages.", data)
            : HealthCheckResult.Degraded($"The queue '{queue.Name}': {string.Join("; ", complaints)}.", data: data);
    }

    private IEnumerable<string> Complaints(ShmQueueGroup group)
    {
        string whose = group.Name is { } name ? $"the group '{name}' has" : "its workers have";
        if (group.Leased > limits.MaxLeased)
            yield return $"{whose} {group.Leased} {Messages(group.Leased)} that {(group.Leased == 1 ? "is" : "are")} not settled, "
                + $"more than {limits.MaxLeased}";
        if (!(group.OldestLeaseAge > limits.MaxLeaseAge)) yield break;
        string holder = group.Leases.MaxBy(static lease => lease.Age) is { } oldest
            ? $" (position {oldest.Position}, process {oldest.ProcessId})"
            : "";
        yield return $"{whose} had a message for {group.OldestLeaseAge}{holder}, longer than {limits.MaxLeaseAge}";
    }

    private static string Describe(ShmQueueSubscription subscription) => subscription.Name is { } name
        ? $"the subscription '{name}'"
        : $"an anonymous subscription of process {subscription.ProcessId}";

    private static string Messages(long count) => count == 1 ? "message" : "messages";
}
