using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TypedShmQueue;
using TypedShmQueue.Hosting;
using TypedShmQueue.Hosting.Configuration;
using TypedShmQueue.Hosting.Handling;
using TypedShmQueue.Hosting.Queues;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Queues as services, and handlers of their messages as background services.</summary>
public static class ShmQueueServiceCollectionExtensions
{
    private const DynamicallyAccessedMemberTypes Constructors = DynamicallyAccessedMemberTypes.PublicConstructors;

    /// <summary>Provides a queue as a singleton, opened when the host starts and disposed with it.</summary>
    /// <typeparam name="TQueue">The emitted queue type.</typeparam>
    /// <param name="services">Where it is registered.</param>
    /// <param name="name">The queue's name, and that of its section <c>ShmQueues:{name}</c> in the configuration.</param>
    /// <param name="configure">Sets options; it has the last word.</param>
    /// <exception cref="InvalidOperationException">A queue of that type, or of that name, is registered already.</exception>
    public static IServiceCollection AddShmQueue<TQueue>(this IServiceCollection services, string name,
        Action<ShmQueueServiceOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue> => Add<TQueue>(services, null, name, configure);

    /// <summary>Provides a queue under a key, so that several queues of one type can be told apart.</summary>
    /// <typeparam name="TQueue">The emitted queue type.</typeparam>
    /// <param name="services">Where it is registered.</param>
    /// <param name="serviceKey">The key, as <c>[FromKeyedServices]</c> names it.</param>
    /// <param name="name">The queue's name, and that of its section <c>ShmQueues:{name}</c> in the configuration.</param>
    /// <param name="configure">Sets options; it has the last word.</param>
    /// <exception cref="InvalidOperationException">A queue of that type and key, or of that name, is registered already.</exception>
    public static IServiceCollection AddKeyedShmQueue<TQueue>(this IServiceCollection services, object serviceKey, string name,
        Action<ShmQueueServiceOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return Add<TQueue>(services, serviceKey, name, configure);
    }

    /// <summary>Hands a queue's messages to a handler, one at a time or in batches, while the host runs.</summary>
    /// <typeparam name="TQueue">A queue that was registered before.</typeparam>
    /// <typeparam name="T">Its message.</typeparam>
    /// <typeparam name="THandler">The handler, a scoped service; an <see cref="IShmQueueBatchHandler{T}"/> gets batches.</typeparam>
    /// <param name="services">Where it is registered.</param>
    /// <param name="configure">Sets options; it has the last word.</param>
    /// <exception cref="InvalidOperationException">
    /// The queue is not registered, or this handler is registered for it already, or it takes batches of messages above 65,535 bytes.
    /// </exception>
    public static IServiceCollection AddShmQueueHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, Action<ShmQueueHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmConsumer<T>
        where THandler : class, IShmQueueHandler<T> => AddHandler<TQueue, T, THandler>(services, null, configure);

    /// <inheritdoc cref="AddShmQueueHandler{TQueue, T, THandler}(IServiceCollection, Action{ShmQueueHandlerOptions}?)"/>
    /// <param name="services">Where it is registered.</param>
    /// <param name="serviceKey">The queue's key.</param>
    /// <param name="configure">Sets options; it has the last word.</param>
    public static IServiceCollection AddKeyedShmQueueHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, object serviceKey, Action<ShmQueueHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmConsumer<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return AddHandler<TQueue, T, THandler>(services, serviceKey, configure);
    }

    /// <summary>
    /// Hands the messages of a queue with acknowledged delivery to a handler, one at a time or in batches, while the host runs. A message
    /// is acknowledged after the handler has returned. If the handler throws, it is delivered again: see
    /// <see cref="ShmQueueErrorPolicy.Retry"/>. If the process dies, others get it.
    /// </summary>
    /// <typeparam name="TQueue">A queue with acknowledged delivery that was registered before.</typeparam>
    /// <typeparam name="T">Its message.</typeparam>
    /// <typeparam name="THandler">The handler, a scoped service; an <see cref="IShmQueueBatchHandler{T}"/> gets batches.</typeparam>
    /// <param name="services">Where it is registered.</param>
    /// <param name="configure">Sets options; it has the last word.</param>
    /// <exception cref="InvalidOperationException">
    /// The queue is not registered, or this handler is registered for it already, or it takes batches of messages above 65,535 bytes.
    /// </exception>
    public static IServiceCollection AddShmQueueHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, Action<ShmLeaseHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmAcknowledged<T>
        where THandler : class, IShmQueueHandler<T> => AddLeaseHandler<TQueue, T, THandler>(services, null, configure);

    /// <inheritdoc cref="AddShmQueueHandler{TQueue, T, THandler}(IServiceCollection, Action{ShmLeaseHandlerOptions}?)"/>
    /// <param name="services">Where it is registered.</param>
    /// <param name="serviceKey">The queue's key.</param>
    /// <param name="configure">Sets options; it has the last word.</param>
    public static IServiceCollection AddKeyedShmQueueHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, object serviceKey, Action<ShmLeaseHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmAcknowledged<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return AddLeaseHandler<TQueue, T, THandler>(services, serviceKey, configure);
    }

    /// <summary>
    /// Subscribes to a broadcast queue, and hands every message to a handler, one at a time or in batches, while the host runs.
    /// </summary>
    /// <typeparam name="TQueue">A broadcast queue that was registered before.</typeparam>
    /// <typeparam name="T">Its message.</typeparam>
    /// <typeparam name="THandler">The handler, a scoped service; an <see cref="IShmQueueBatchHandler{T}"/> gets batches.</typeparam>
    /// <param name="services">Where it is registered.</param>
    /// <param name="configure">Sets options, the subscription's name among them; it has the last word.</param>
    /// <exception cref="InvalidOperationException">
    /// The queue is not registered, or this handler is registered for it already, or it takes batches of messages above 65,535 bytes.
    /// </exception>
    public static IServiceCollection AddShmSubscriptionHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, Action<ShmSubscriptionHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmBroadcast<T>
        where THandler : class, IShmQueueHandler<T> => AddSubscriptionHandler<TQueue, T, THandler>(services, null, configure);

    /// <inheritdoc cref="AddShmSubscriptionHandler{TQueue, T, THandler}"/>
    /// <param name="services">Where it is registered.</param>
    /// <param name="serviceKey">The queue's key.</param>
    /// <param name="configure">Sets options, the subscription's name among them; it has the last word.</param>
    public static IServiceCollection AddKeyedShmSubscriptionHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, object serviceKey, Action<ShmSubscriptionHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmBroadcast<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return AddSubscriptionHandler<TQueue, T, THandler>(services, serviceKey, configure);
    }

    /// <summary>
    /// Joins a group of a broadcast queue, and hands each message that this member gets to a handler, one at a time or in batches, while
    /// the host runs. A message is acknowledged after the handler has returned, as in a queue with acknowledged delivery.
    /// </summary>
    /// <typeparam name="TQueue">A broadcast queue that was registered before.</typeparam>
    /// <typeparam name="T">Its message.</typeparam>
    /// <typeparam name="THandler">The handler, a scoped service; an <see cref="IShmQueueBatchHandler{T}"/> gets batches.</typeparam>
    /// <param name="services">Where it is registered.</param>
    /// <param name="configure">Sets options, the group's name among them; it has the last word.</param>
    /// <exception cref="InvalidOperationException">
    /// The queue is not registered, or this handler is registered for it already, or it takes batches of messages above 65,535 bytes.
    /// </exception>
    public static IServiceCollection AddShmGroupHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, Action<ShmGroupHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmGroups<T>
        where THandler : class, IShmQueueHandler<T> => AddGroupHandler<TQueue, T, THandler>(services, null, configure);

    /// <inheritdoc cref="AddShmGroupHandler{TQueue, T, THandler}"/>
    /// <param name="services">Where it is registered.</param>
    /// <param name="serviceKey">The queue's key.</param>
    /// <param name="configure">Sets options, the group's name among them; it has the last word.</param>
    public static IServiceCollection AddKeyedShmGroupHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IServiceCollection services, object serviceKey, Action<ShmGroupHandlerOptions>? configure = null)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmGroups<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return AddGroupHandler<TQueue, T, THandler>(services, serviceKey, configure);
    }

    private static IServiceCollection Add<TQueue>(IServiceCollection services, object? key, string name,
        Action<ShmQueueServiceOptions>? configure)
        where TQueue : class, IShmQueue<TQueue>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        QueueRegistration registration = QueueRegistration.Add<TQueue>(services, key, name);
        services.Configure<ShmQueueServiceOptions>(name, options => options.Name = name);
        ConfiguredOptions.Add(services, name, [$"{UnreadSections.Queues}:{name}"], static (section, options) =>
        {
            section.ThrowIfInDays(nameof(options.Retention), nameof(options.LeaseTimeout), nameof(options.CommitWithin));
            int? permissions = section.FindOctal(nameof(options.Permissions));
            section.Bind(options, ConfiguredOptions.Strictly);
            if (permissions is { } octal) options.Permissions = (UnixFileMode)octal;
        }, configure);
        services.AddSingleton<IValidateOptions<ShmQueueServiceOptions>>(new QueueOptionsValidator<TQueue>(name));
        if (key is null) services.AddSingleton(provider => QueueOpener<TQueue>.Open(registration.Options(provider)));
        else services.AddKeyedSingleton(key, (provider, _) => QueueOpener<TQueue>.Open(registration.Options(provider)));
        services.AddSingleton<IHostedService>(provider =>
            new QueueOpener<TQueue>(registration, provider, provider.GetRequiredService<ILogger<QueueOpener<TQueue>>>()));
        return services;
    }

    private static IServiceCollection AddHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        IServiceCollection services, object? key, Action<ShmQueueHandlerOptions>? configure)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmConsumer<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(services);
        HandlerRegistration<TQueue, T, THandler, ShmQueueHandlerOptions> handler = new(QueueRegistration.Of<TQueue>(services, key));
        ConfiguredOptions.Add(services, handler.Name, handler.Sections, static (section, options) =>
        {
            section.ThrowIfInDays(nameof(options.StopTimeout));
            section.Bind(options, ConfiguredOptions.Strictly);
        }, configure);
        handler.AddTo(services, static start => ConsumedQueue<T>.Begin(start, static (queue, _) => (queue, null)));
        return services;
    }

    private static IServiceCollection AddLeaseHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        IServiceCollection services, object? key, Action<ShmLeaseHandlerOptions>? configure)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmAcknowledged<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(services);
        HandlerRegistration<TQueue, T, THandler, ShmLeaseHandlerOptions> handler = new(QueueRegistration.Of<TQueue>(services, key));
        ConfiguredOptions.Add(services, handler.Name, handler.Sections, static (section, options) =>
        {
            section.ThrowIfInDays(nameof(options.StopTimeout), nameof(options.RetryDelay), nameof(options.MaxRetryDelay));
            section.Bind(options, ConfiguredOptions.Strictly);
        }, configure);
        handler.AddTo(services, static start => LeasedQueue<T>.Begin(start, static (queue, _) => queue.Leases));
        return services;
    }

    private static IServiceCollection AddGroupHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        IServiceCollection services, object? key, Action<ShmGroupHandlerOptions>? configure)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmGroups<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(services);
        HandlerRegistration<TQueue, T, THandler, ShmGroupHandlerOptions> handler = new(QueueRegistration.Of<TQueue>(services, key));
        ConfiguredOptions.Add(services, handler.Name, handler.Sections, static (section, options) =>
        {
            section.ThrowIfInDays(nameof(options.StopTimeout), nameof(options.RetryDelay), nameof(options.MaxRetryDelay));
            section.Bind(options, ConfiguredOptions.Strictly);
        }, configure);
        handler.AddTo(services, static start => LeasedQueue<T>.Begin(start, static (queue, options) =>
            queue.JoinGroup(options.Group!, options.FromLatest ? SubscribeFrom.Latest : SubscribeFrom.Oldest)));
        return services;
    }

    private static IServiceCollection AddSubscriptionHandler<TQueue, T, [DynamicallyAccessedMembers(Constructors)] THandler>(
        IServiceCollection services, object? key, Action<ShmSubscriptionHandlerOptions>? configure)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>, IShmBroadcast<T>
        where THandler : class, IShmQueueHandler<T>
    {
        ArgumentNullException.ThrowIfNull(services);
        HandlerRegistration<TQueue, T, THandler, ShmSubscriptionHandlerOptions> handler = new(QueueRegistration.Of<TQueue>(services, key));
        ConfiguredOptions.Add(services, handler.Name, handler.Sections, static (section, options) =>
        {
            section.ThrowIfInDays(nameof(options.StopTimeout), nameof(options.HoldWhenAbsent));
            section.Bind(options, ConfiguredOptions.Strictly);
        }, configure);
        handler.AddTo(services, static start => ConsumedQueue<T>.Begin(start, Subscribe));
        return services;

        static (IShmConsumer<T>, IDisposable?) Subscribe(TQueue queue, ShmSubscriptionHandlerOptions options)
        {
            SubscribeFrom from = options.FromLatest ? SubscribeFrom.Latest : SubscribeFrom.Oldest;
            SubscriptionOptions how = new() { Lossy = options.Lossy, HoldWhenAbsent = options.HoldWhenAbsent };
            IShmSubscription<T> subscription = options.Subscription is { } name
                ? queue.Subscribe(name, from, how)
                : queue.Subscribe(from, how);
            return (subscription, subscription);
        }
    }
}
