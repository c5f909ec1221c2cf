using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Hosting.Configuration;
using TypedShmQueue.Hosting.Queues;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>A handler of a registered queue, on its way to a background service.</summary>
internal sealed class HandlerRegistration<
    TQueue,
    T,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(QueueRegistration queue)
    where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>
    where THandler : class, IShmQueueHandler<T>
    where TOptions : ShmQueueHandlerOptions
{
    private readonly RegisteredHandler _handler = Checked(new RegisteredHandler(queue.Name, typeof(THandler)));

    /// <summary>The name of its options.</summary>
    public string Name => $"{queue.Name}:{_handler.FullName}";

    /// <summary>
    /// The paths of its sections in the configuration: that of all handlers with this short name, and its own, which has the last word.
    /// </summary>
    public string[] Sections =>
        [.. new[] { _handler.ShortName, _handler.FullName }.Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(name => $"{UnreadSections.Handlers}:{queue.Name}:{name}")];

    /// <param name="services">Where it is registered.</param>
    /// <param name="begin">Makes what the service takes from.</param>
    public void AddTo(IServiceCollection services, Func<HandlerStart<TQueue, TOptions>, HandledQueue<T>> begin)
    {
        if (services.Any(d => !d.IsKeyedService && _handler.Equals(d.ImplementationInstance)))
            throw new InvalidOperationException($"{_handler.FullName} already handles the queue '{queue.Name}'. "
                + $"Set ShmQueueHandlerOptions.Parallelism to run several of its calls at the same time.");
        services.AddSingleton(_handler);
        services.TryAddSingleton<FailedHandlers>();
        services.AddSingleton<IValidateOptions<TOptions>>(new HandlerOptionsValidator<TOptions>(Name, typeof(TQueue).Name));
        services.TryAddScoped<THandler>();
        services.AddSingleton<IHostedService>(provider =>
        {
            TOptions options = provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(Name);
            TQueue handle = queue.Queue<TQueue>(provider);
            ShmQueueOptions opening = queue.Options(provider).ToQueueOptions();
            string handlerName = IsAmongSeveral(provider) ? _handler.FullName : _handler.ShortName;
            ILogger<QueueHandlerService<T, THandler>> logger = provider.GetRequiredService<ILogger<QueueHandlerService<T, THandler>>>();
            HandledQueue<T> handled = begin(new HandlerStart<TQueue, TOptions>(handle, opening, options, Name,
                new HandlerPlace(queue.Name, handle.Name, handlerName), logger));
            return new QueueHandlerService<T, THandler>(
                handled,
                options,
                new ScopedHandler<T, THandler>(provider.GetRequiredService<IServiceScopeFactory>(),
                    new ProcessSpans(handle.Name, QueueFiles.DirectoryOf(opening), handled.Subscription, handled.Group)),
                handlerName,
                provider.GetRequiredService<FailedHandlers>(),
                provider.GetRequiredService<IHostApplicationLifetime>(),
                logger);
        });
    }

    private static RegisteredHandler Checked(RegisteredHandler handler)
    {
        if (typeof(IShmLeaseHandler<T>).IsAssignableFrom(typeof(THandler))
            && !typeof(ShmLeaseHandlerOptions).IsAssignableFrom(typeof(TOptions)))
            throw new InvalidOperationException($"{handler.FullName} is an IShmLeaseHandler, but messages of {typeof(TQueue).Name} come "
                + $"without a lease here. Implement IShmQueueHandler<{typeof(T).Name}>, or declare the message with "
                + $"Delivery = Delivery.Acknowledged, or join a group of a broadcast queue (AddShmGroupHandler).");
        if (!ScopedHandler<T, THandler>.TakesBatches || TakenMessages<T>.FitInArrays) return handler;
        string message = typeof(T).Name;
        throw new InvalidOperationException(
            $"{handler.FullName} takes batches. A batch is an array, and an element of an array has at most "
                + $"{TakenMessages<T>.LargestElement} bytes, "
            + $"but {message} has {Unsafe.SizeOf<T>()}. Implement IShmQueueHandler<{message}>, which gets one message at a time.");
    }

    /// <summary>Whether the queue has another handler whose type has the same short name.</summary>
    private bool IsAmongSeveral(IServiceProvider provider) =>
        provider.GetServices<RegisteredHandler>().Count(other =>
            string.Equals(other.Queue, queue.Name, StringComparison.Ordinal)
                && string.Equals(other.ShortName, _handler.ShortName, StringComparison.Ordinal)) > 1;
}
