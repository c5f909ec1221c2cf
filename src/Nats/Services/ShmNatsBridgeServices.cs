using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TypedShmQueue;
using TypedShmQueue.Nats;
using TypedShmQueue.Nats.Services;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Bridges to NATS JetStream as background services, and their health checks.</summary>
public static class ShmNatsBridgeServices
{
    /// <summary>
    /// Moves the messages of a queue to a stream, or those of a stream to a queue, while the host runs. A bridge that cannot do its work
    /// stops the host, unless <c>HostOptions.BackgroundServiceExceptionBehavior</c> says otherwise.
    /// </summary>
    /// <typeparam name="TQueue">A queue that is a service of the host: see AddShmQueue of the package TypedShmQueue.Hosting.</typeparam>
    /// <param name="services">Where it is registered.</param>
    /// <param name="direction">Which way messages go.</param>
    /// <param name="configure">Sets options: the subject at least, and inbound the consumer.</param>
    /// <param name="name">Names the bridge among those of the host: for its options and its health check. Null: the direction and the
    /// type.</param>
    /// <param name="serviceKey">The key of the queue; null for none.</param>
    /// <exception cref="InvalidOperationException">A bridge of that name is registered already.</exception>
    public static IServiceCollection AddShmQueueBridge<TQueue>(this IServiceCollection services, ShmNatsDirection direction,
        Action<ShmNatsBridgeOptions> configure, string? name = null, object? serviceKey = null)
        where TQueue : class, IShmQueue<TQueue>
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddShmQueueBridge<TQueue>(direction, (options, _) => configure(options), name, serviceKey);
    }

    /// <inheritdoc cref="AddShmQueueBridge{TQueue}(IServiceCollection, ShmNatsDirection, Action{ShmNatsBridgeOptions}, string?, object?)"/>
    /// <param name="services">Where it is registered.</param>
    /// <param name="direction">Which way messages go.</param>
    /// <param name="configure">Sets options, with the host's services: a configuration, a secret.</param>
    /// <param name="name">Names the bridge among those of the host: for its options and its health check. Null: the direction and the
    /// type.</param>
    /// <param name="serviceKey">The key of the queue; null for none.</param>
    public static IServiceCollection AddShmQueueBridge<TQueue>(this IServiceCollection services, ShmNatsDirection direction,
        Action<ShmNatsBridgeOptions, IServiceProvider> configure, string? name = null, object? serviceKey = null)
        where TQueue : class, IShmQueue<TQueue>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (!Enum.IsDefined(direction)) throw new ArgumentOutOfRangeException(nameof(direction), direction, "It must be Outbound or "
            + "Inbound.");
        name ??= BridgeRegistration.DefaultName<TQueue>(direction);
        if (BridgeRegistration.Find(services, name) != null)
            throw new InvalidOperationException($"A bridge is already registered as '{name}'. Give this one another name: "
                + $"AddShmQueueBridge(…, name: …).");
        BridgeRegistration registration = new(name, provider => Make<TQueue>(provider, direction, configure, serviceKey));
        services.AddSingleton(registration);
        services.AddSingleton<IHostedService>(provider =>
            new BridgeService(registration, provider, provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }

    /// <summary>Checks a bridge: whether it runs and is connected, and how far it lags.</summary>
    /// <typeparam name="TQueue">The queue of a bridge that was registered before.</typeparam>
    /// <param name="builder">Where it is registered.</param>
    /// <param name="direction">Which way its messages go.</param>
    /// <param name="configure">Sets thresholds.</param>
    /// <param name="bridge">The name of the bridge; null if it was registered without one.</param>
    /// <param name="name">The name of the check; null for <c>shmqueue-bridge:{bridge}</c>.</param>
    /// <param name="tags">The check's tags.</param>
    /// <exception cref="InvalidOperationException">There is no such bridge.</exception>
    public static IHealthChecksBuilder AddShmQueueBridge<TQueue>(this IHealthChecksBuilder builder, ShmNatsDirection direction,
        Action<ShmNatsHealthOptions>? configure = null, string? bridge = null, string? name = null, IEnumerable<string>? tags = null)
        where TQueue : class, IShmQueue<TQueue>
    {
        ArgumentNullException.ThrowIfNull(builder);
        bridge ??= BridgeRegistration.DefaultName<TQueue>(direction);
        BridgeRegistration registration = BridgeRegistration.Find(builder.Services, bridge)
            ?? throw new InvalidOperationException($"No bridge is registered as '{bridge}'. Call AddShmQueueBridge before you add its "
                + $"check.");
        ShmNatsHealthOptions limits = new();
        configure?.Invoke(limits);
        return builder.Add(new HealthCheckRegistration(name ?? $"shmqueue-bridge:{bridge}",
            provider => new BridgeHealthCheck(registration.Bridge(provider), limits), failureStatus: null, tags));
    }

    private static ShmNatsBridge Make<TQueue>(IServiceProvider provider, ShmNatsDirection direction,
        Action<ShmNatsBridgeOptions, IServiceProvider> configure, object? key)
        where TQueue : class, IShmQueue<TQueue>
    {
        TQueue queue = (key == null ? provider.GetService<TQueue>() : provider.GetKeyedService<TQueue>(key))
            ?? throw new InvalidOperationException($"{typeof(TQueue).Name} is no service of this "
                + $"host{(key == null ? "" : $" with the key '{key}'")}. Call AddShmQueue<{typeof(TQueue).Name}>(…) of the package "
                + "TypedShmQueue.Hosting, or add a handle as a singleton.");
        ShmNatsBridgeOptions options = new();
        ILoggerFactory silent = options.Nats.LoggerFactory;
        configure(options, provider);
        if (ReferenceEquals(options.Nats.LoggerFactory, silent))
            options.Nats = options.Nats with { LoggerFactory = provider.GetRequiredService<ILoggerFactory>() };
        return direction == ShmNatsDirection.Outbound ? ShmNatsOutbound.Over(queue, options) : ShmNatsInbound.Over(queue, options);
    }
}
