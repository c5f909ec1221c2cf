using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TypedShmQueue;
using TypedShmQueue.Hosting;
using TypedShmQueue.Hosting.Configuration;
using TypedShmQueue.Hosting.Handling;
using TypedShmQueue.Hosting.Health;
using TypedShmQueue.Hosting.Queues;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Health checks of registered queues.</summary>
public static class ShmQueueHealthChecksBuilderExtensions
{
    /// <summary>
    /// Checks a queue that was registered before: that it can be opened, was not deleted and holds nothing but what a queue writes, that
    /// no handler of this host has failed on it, and its thresholds. Costs what <see cref="ShmQueueVerification.FindFaults"/> costs, for
    /// <see cref="ShmQueueHealthOptions.MaxSlotsVerified"/> slots, and opening and closing a handle, which takes one of
    /// <see cref="ShmQueueOptions.MaxParticipants"/> for that time.
    /// </summary>
    /// <typeparam name="TQueue">The emitted queue type.</typeparam>
    /// <param name="builder">Where it is added.</param>
    /// <param name="configure">Sets thresholds; it has the last word.</param>
    /// <param name="name">The check's name; <c>shmqueue:{queue}</c> unless given.</param>
    /// <param name="failureStatus">What a queue is that cannot be used; unhealthy unless given. Beyond a threshold it is degraded.</param>
    /// <param name="tags">The check's tags.</param>
    /// <exception cref="InvalidOperationException">The queue is not registered.</exception>
    public static IHealthChecksBuilder AddShmQueue<TQueue>(this IHealthChecksBuilder builder,
        Action<ShmQueueHealthOptions>? configure = null, string? name = null, HealthStatus? failureStatus = null,
            IEnumerable<string>? tags = null)
        where TQueue : class, IShmQueue<TQueue> => Add<TQueue>(builder, null, configure, name, failureStatus, tags);

    /// <inheritdoc cref="AddShmQueue{TQueue}"/>
    /// <param name="builder">Where it is added.</param>
    /// <param name="serviceKey">The queue's key.</param>
    /// <param name="configure">Sets thresholds; it has the last word.</param>
    /// <param name="name">The check's name; <c>shmqueue:{queue}</c> unless given.</param>
    /// <param name="failureStatus">What a queue is that cannot be used; unhealthy unless given. Beyond a threshold it is degraded.</param>
    /// <param name="tags">The check's tags.</param>
    public static IHealthChecksBuilder AddKeyedShmQueue<TQueue>(this IHealthChecksBuilder builder, object serviceKey,
        Action<ShmQueueHealthOptions>? configure = null, string? name = null, HealthStatus? failureStatus = null,
            IEnumerable<string>? tags = null)
        where TQueue : class, IShmQueue<TQueue>
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return Add<TQueue>(builder, serviceKey, configure, name, failureStatus, tags);
    }

    private static IHealthChecksBuilder Add<TQueue>(IHealthChecksBuilder builder, object? key,
        Action<ShmQueueHealthOptions>? configure, string? name, HealthStatus? failureStatus, IEnumerable<string>? tags)
        where TQueue : class, IShmQueue<TQueue>
    {
        ArgumentNullException.ThrowIfNull(builder);
        QueueRegistration queue = QueueRegistration.Of<TQueue>(builder.Services, key);
        name ??= $"shmqueue:{queue.Name}";
        // By the name of the check: a queue may have several, each with thresholds of its own.
        ConfiguredOptions.Add(builder.Services, name, [$"{UnreadSections.Health}:{queue.Name}"], static (section, options) =>
        {
            section.ThrowIfInDays(nameof(options.MaxLeaseAge));
            section.Bind(options, ConfiguredOptions.Strictly);
        }, configure);
        builder.Services.AddSingleton<IValidateOptions<ShmQueueHealthOptions>>(new HealthOptionsValidator<TQueue>(name, queue.Name));
        builder.Services.TryAddSingleton<FailedHandlers>();
        return builder.Add(new HealthCheckRegistration(
            name,
            services =>
                new QueueHealthCheck<TQueue>(queue, services.GetRequiredService<IOptionsMonitor<ShmQueueHealthOptions>>()
                .Get(name), services),
            failureStatus,
            tags));
    }
}
